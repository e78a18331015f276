package io.dataprism.gateway.jwt;

/** A file or document holds no keys that can be used. The message says why, with nothing of a secret. */
final class UnusableKeys extends Exception {

    private static final long serialVersionUID = 1L;

    UnusableKeys(String message) {
        super(message);
    }
}
