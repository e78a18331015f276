package plugins.hostile;

import java.net.*;
import java.nio.channels.*;

/** Tries every way to the network that the JDK has. */
public class UsesTheNetwork extends Attack {

    @Override
    Object attack(Target target) throws Throwable {
        return new Attempts()
                .attempt("a socket", () -> new Socket("127.0.0.1", 22).close())
                .attempt("a server", () -> new ServerSocket(0).close())
                .attempt("a datagram", () -> new DatagramSocket().close())
                .attempt("a multicast", () -> new MulticastSocket().close())
                .attempt("a channel", () -> SocketChannel.open().close())
                .attempt("a server's channel", () -> ServerSocketChannel.open().close())
                .attempt("a datagram channel", () -> DatagramChannel.open().close())
                .attempt(
                        "an asynchronous channel",
                        () -> AsynchronousSocketChannel.open().close())
                .attempt(
                        "a URL",
                        () -> URI.create("http://127.0.0.1:22/")
                                .toURL()
                                .openStream()
                                .close())
                .attempt("a name", () -> InetAddress.getByName("dataprism.invalid"))
                .attempt(
                        "a client",
                        () -> java.net.http.HttpClient.newHttpClient()
                                .send(
                                        java.net.http.HttpRequest.newBuilder(URI.create("http://127.0.0.1:22/"))
                                                .build(),
                                        java.net.http.HttpResponse.BodyHandlers.discarding()))
                .attempt(
                        "interfaces", () -> NetworkInterface.networkInterfaces().count());
    }
}
