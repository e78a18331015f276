package io.dataprism.core.flight;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.flight.CallOption;
import org.apache.arrow.flight.auth2.BasicAuthCredentialWriter;
import org.apache.arrow.flight.auth2.BearerCredentialWriter;
import org.apache.arrow.flight.grpc.CredentialCallOption;
import org.jspecify.annotations.Nullable;

/**
 * Who this node is to the server. Signs in when first asked, and again after {@link #forget()}. Any thread; blocks while it
 * reads a file or signs in. Never puts a secret into a message.
 */
final class Credentials {

    private static final long FILE_BYTES_LIMIT = 64 * 1024;
    private static final String HIDDEN = "***";

    private final FlightSettings.Login login;
    private @Nullable CallOption known;
    private List<String> secrets = List.of();

    /** Trades a name and a password for what the server wants to see from then on; empty: the same again with each call. */
    @FunctionalInterface
    interface SignIn {
        Optional<? extends CallOption> with(String user, String password);
    }

    Credentials(FlightSettings.Login login) {
        this.login = login;
    }

    /** What a call carries. */
    synchronized List<CallOption> options(SignIn signIn) {
        if (known == null) {
            known = signedIn(signIn);
        }
        return known == null ? List.of() : List.of(known);
    }

    /** Whether another try could go better: the files are read again then. */
    synchronized boolean forget() {
        known = null;
        return !(login instanceof FlightSettings.Login.None);
    }

    /** A text of the server's, in which it may have repeated what it was sent. */
    synchronized String hide(String text) {
        String hidden = text;
        for (String secret : secrets) {
            hidden = hidden.replace(secret, HIDDEN);
        }
        return hidden;
    }

    private @Nullable CallOption signedIn(SignIn signIn) {
        return switch (login) {
            case FlightSettings.Login.None none -> null;
            case FlightSettings.Login.Token token -> {
                String value = read(token.file());
                secrets = List.of(value);
                yield new CredentialCallOption(new BearerCredentialWriter(value));
            }
            case FlightSettings.Login.User user -> signedIn(user.file(), signIn);
        };
    }

    private CallOption signedIn(Path file, SignIn signIn) {
        String line = read(file);
        int colon = line.indexOf(':');
        if (colon <= 0 || colon == line.length() - 1) {
            throw unfit(file, "has no line user:password");
        }
        String user = line.substring(0, colon);
        String password = line.substring(colon + 1);
        secrets = new ArrayList<>(List.of(password));
        Optional<? extends CallOption> token = signIn.with(user, password);
        return token.isPresent()
                ? token.get()
                : new CredentialCallOption(new BasicAuthCredentialWriter(user, password));
    }

    private static String read(Path file) {
        try {
            if (Files.size(file) > FILE_BYTES_LIMIT) {
                throw unfit(file, "has more than " + FILE_BYTES_LIMIT + " bytes");
            }
            String text = Files.readString(file).strip();
            if (text.isEmpty() || text.lines().count() != 1) {
                throw unfit(file, "has not exactly one line");
            }
            return text;
        } catch (IOException e) {
            throw unfit(file, "cannot be read (" + e.getClass().getSimpleName() + ")");
        }
    }

    private static DataPrismException unfit(Path file, String problem) {
        return new DataPrismException(
                ErrorCode.INTERNAL,
                "The node cannot sign in to its Flight SQL server: the file " + file.getFileName() + " " + problem
                        + ".",
                "The operator puts the token, or one line user:password, into the file that the configuration names.");
    }
}
