package io.dataprism.service;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/**
 * Which addresses belong to the world, and which to this machine, its network or its provider: loopback, private, link-local
 * (where clouds keep their metadata), carrier-grade, multicast, reserved, also where they are wrapped in an IPv6 address.
 */
final class PublicAddresses {

    private PublicAddresses() {}

    /** Whether the address is one of the world's. */
    static boolean isPublic(InetAddress address) {
        if (address.isAnyLocalAddress()
                || address.isLoopbackAddress()
                || address.isLinkLocalAddress()
                || address.isSiteLocalAddress()
                || address.isMulticastAddress()) {
            return false;
        }
        byte[] bytes = address.getAddress();
        return address instanceof Inet4Address ? isPublicIpv4(bytes) : isPublicIpv6(bytes);
    }

    private static boolean isPublicIpv4(byte[] bytes) {
        int first = bytes[0] & 0xff;
        int second = bytes[1] & 0xff;
        boolean shared = first == 100 && second >= 64 && second < 128;
        boolean protocol = first == 192 && second == 0 && (bytes[2] == 0 || bytes[2] == 2);
        boolean benchmark = first == 198 && (second == 18 || second == 19);
        boolean documentation =
                first == 198 && second == 51 && bytes[2] == 100 || first == 203 && second == 0 && bytes[2] == 113;
        return first != 0 && first < 224 && !shared && !protocol && !benchmark && !documentation;
    }

    /** Global unicast, 2000::/3, is all that is given out; in it, what tunnels IPv4 is what it tunnels. */
    private static boolean isPublicIpv6(byte[] bytes) {
        if (startsWith(bytes, 0x00, 0x64, 0xff, 0x9b)) {
            return wraps(bytes, 12);
        }
        if (startsWith(bytes, 0x20, 0x02)) {
            return wraps(bytes, 2);
        }
        boolean reserved = startsWith(bytes, 0x20, 0x01, 0x00) || startsWith(bytes, 0x20, 0x01, 0x0d, 0xb8);
        return (bytes[0] & 0xe0) == 0x20 && !reserved;
    }

    private static boolean wraps(byte[] bytes, int at) {
        try {
            return isPublic(InetAddress.getByAddress(Arrays.copyOfRange(bytes, at, at + 4)));
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("Four bytes are an address", impossible);
        }
    }

    private static boolean startsWith(byte[] bytes, int... prefix) {
        for (int index = 0; index < prefix.length; index++) {
            if ((bytes[index] & 0xff) != prefix[index]) {
                return false;
            }
        }
        return true;
    }
}
