package io.dataprism.load.eventrow;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A crowd at ours and one at each peer that is there, all of one topic. One thread. */
final class Crowds implements AutoCloseable {

    private final List<Crowd> all = new ArrayList<>();
    private final List<String> peers;

    Crowds(EventLab lab, String transport, List<String> peers) throws IOException {
        this.peers = peers.stream().filter(lab::has).toList();
        all.add(lab.crowd(lab.ours(transport), 1));
        for (String peer : this.peers) {
            all.add(lab.crowd(lab.peer(peer, transport), 1));
        }
    }

    /** Opens so many subscribers in each. */
    void subscribe(int count) throws IOException {
        for (Crowd crowd : all) {
            crowd.subscribe(count, 0, 0);
        }
    }

    /** Ours first. */
    List<Crowd> all() {
        return all;
    }

    Crowd ours() {
        return all.getFirst();
    }

    /** The names of the peers that are there. */
    List<String> peers() {
        return peers;
    }

    @Override
    public void close() {
        all.forEach(Crowd::close);
    }
}
