package io.dataprism.cli.cluster;

import io.dataprism.cli.CannotBegin;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A node that gets a certificate.
 *
 * @param name of its files, and the first of its host names
 * @param hosts further host names and addresses
 */
record CertifiedNode(String name, List<String> hosts) {

    private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?");
    private static final Pattern HOST =
            Pattern.compile("(\\*\\.)?[A-Za-z0-9]([A-Za-z0-9-]{0,62})(\\.[A-Za-z0-9]([A-Za-z0-9-]{0,62}))*");
    private static final Pattern NUMBERS = Pattern.compile("[0-9.]+");
    /** In full: the JDK takes 10.1 for 10.0.0.1. */
    private static final Pattern ADDRESS = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}|[0-9A-Fa-f.]*:[0-9A-Fa-f.:]*");

    private static final int HOST_LENGTH_MOST = 253;

    /** Their files would take the places of the authority's and of the cluster's key. */
    private static final Set<String> TAKEN = Set.of("ca", "cluster");

    CertifiedNode {
        hosts = List.copyOf(hosts);
    }

    /** {@code NAME[:HOST,...]}. */
    static CertifiedNode parse(String text) throws CannotBegin {
        int colon = text.indexOf(':');
        String name = colon < 0 ? text : text.substring(0, colon);
        if (!NAME.matcher(name).matches() || TAKEN.contains(name)) {
            throw new CannotBegin(
                    "--node is '" + shown(text) + "': give a name of lower-case letters, digits, '-' and"
                            + " '.', other than ca and cluster, and hosts behind a colon, such as --node a:10.0.0.1,a.example.com.");
        }
        Set<String> hosts = new LinkedHashSet<>();
        if (colon >= 0) {
            for (String host : text.substring(colon + 1).split(",", -1)) {
                hosts.add(checked(host, text));
            }
        }
        return new CertifiedNode(name, new ArrayList<>(hosts));
    }

    private static String checked(String host, String text) throws CannotBegin {
        boolean named = host.length() <= HOST_LENGTH_MOST
                && HOST.matcher(host).matches()
                && !NUMBERS.matcher(host).matches();
        if (!named && address(host).isEmpty()) {
            throw new CannotBegin(
                    "--node is '" + shown(text) + "': '" + shown(host)
                            + "' is no host name and no address; give such as a.example.com, 10.0.0.1 or fd00::1, without ports.");
        }
        return host;
    }

    /** All that its certificate is good for. */
    Set<String> names() {
        Set<String> names = new LinkedHashSet<>();
        names.add(name);
        names.addAll(hosts);
        return names;
    }

    /** The address that a text is; empty where it is a host name. Asks nobody. */
    static Optional<InetAddress> address(String text) {
        if (!ADDRESS.matcher(text).matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.ofLiteral(text));
        } catch (IllegalArgumentException noAddress) {
            return Optional.empty();
        }
    }

    private static String shown(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }
}
