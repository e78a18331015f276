package io.dataprism.load.cluster.site;

import java.io.IOException;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Each node in a network namespace with two links: one to clients, over which nodes do not reach each other, and one to the other nodes,
 * which ends at a switch of its side. A cut moves links to another switch. All of it but one end of the clients' link lies in namespaces,
 * and goes with them.
 */
public final class NamespaceSite implements Site {

    private static final int PORT = 8080;
    private static final int GRID = 5701;
    private static final int BUS = 15701;
    private static final int PEER = 16701;
    private static final int CLIENT = 254;
    private static final String PEERS = "10.231.77.";
    private static final int NETWORKS = 250;
    private static final int RADIX = 36;
    private static final AtomicInteger MADE = new AtomicInteger();

    private final Owner owner;
    private final String tag;
    private final String switches;
    private final String front;
    private final List<Place> places = new ArrayList<>();

    private NamespaceSite(Owner owner, int number) throws IOException {
        this.owner = owner;
        this.tag = Integer.toString(number);
        this.switches = owner.name("s" + tag);
        this.front = freeNetwork();
    }

    /** Makes them; what dead owners left is taken away first. */
    public static NamespaceSite of(int nodes) throws IOException {
        Namespaces.sweep();
        NamespaceSite site = new NamespaceSite(Owner.self(), MADE.incrementAndGet());
        try {
            site.makeSwitches(nodes);
            for (int node = 0; node < nodes; node++) {
                site.makeNode(node);
            }
            return site;
        } catch (IOException failed) {
            site.close();
            throw failed;
        }
    }

    private void makeSwitches(int nodes) throws IOException {
        String client = "dp" + Long.toString(owner.pid(), RADIX) + "x" + tag;
        Program.run("ip netns add " + switches);
        inSwitches("link set lo up");
        inSwitches("link add name front type bridge");
        inSwitches("link set front up");
        for (int side = 0; side < nodes; side++) {
            inSwitches("link add name side" + side + " type bridge");
            inSwitches("link set side" + side + " up");
        }
        Program.run("ip link add name " + client + " type veth peer name clients netns " + switches);
        inSwitches("link set clients master front");
        inSwitches("link set clients up");
        Program.run("ip addr add " + front + CLIENT + "/24 dev " + client);
        Program.run("ip link set " + client + " up");
    }

    private void makeNode(int node) throws IOException {
        String name = owner.name("n" + tag + "-" + node);
        Program.run("ip netns add " + name);
        Program.run("ip -n " + name + " link set lo up");
        link(name, "front", "f" + node, "front", front + (node + 1));
        link(name, "peers", "p" + node, "side0", PEERS + (node + 1));
        Program.run("bridge -n " + switches + " link set dev f" + node + " isolated on");
        places.add(new Place(
                front + (node + 1),
                PORT,
                PEERS + (node + 1),
                GRID,
                BUS,
                PEER,
                List.of("nsenter", "--net=/run/netns/" + name)));
    }

    private void link(String namespace, String inside, String outside, String bridge, String address)
            throws IOException {
        inSwitches("link add name " + outside + " type veth peer name " + inside + " netns " + namespace);
        inSwitches("link set " + outside + " master " + bridge);
        inSwitches("link set " + outside + " up");
        Program.run("ip -n " + namespace + " addr add " + address + "/24 dev " + inside);
        Program.run("ip -n " + namespace + " link set " + inside + " up");
    }

    private void inSwitches(String words) throws IOException {
        Program.run("ip -n " + switches + " " + words);
    }

    /** One that this machine has no address in. */
    private static String freeNetwork() throws IOException {
        List<String> taken = new ArrayList<>();
        for (NetworkInterface each : Collections.list(NetworkInterface.getNetworkInterfaces())) {
            for (InterfaceAddress address : each.getInterfaceAddresses()) {
                taken.add(address.getAddress().getHostAddress());
            }
        }
        for (int network = 1; network < NETWORKS; network++) {
            String prefix = "10.230." + network + ".";
            if (taken.stream().noneMatch(address -> address.startsWith(prefix))) {
                return prefix;
            }
        }
        throw new IOException("All of 10.230.0.0/16 is taken.");
    }

    @Override
    public Place place(int node) {
        return places.get(node);
    }

    @Override
    public int size() {
        return places.size();
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public boolean canCut() {
        return true;
    }

    @Override
    public void cut(List<Set<Integer>> sides) throws IOException {
        for (int node = 0; node < size(); node++) {
            int side = 0;
            for (int each = 0; each < sides.size(); each++) {
                side = sides.get(each).contains(node) ? each : side;
            }
            inSwitches("link set p" + node + " master side" + side);
        }
    }

    @Override
    public void heal() throws IOException {
        cut(List.of());
    }

    @Override
    public void close() throws IOException {
        for (String name : Namespaces.of(owner)) {
            if (name.equals(switches) || name.startsWith(owner.name("n" + tag + "-"))) {
                Namespaces.remove(name);
            }
        }
    }
}
