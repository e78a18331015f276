package io.dataprism.gateway.jwt;

import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Whose tokens are taken. At least one source of keys; the keys of several add up.
 *
 * @param secretFile with the secret of HS256, at least 32 bytes; white space around it does not count
 * @param jwksFile with public keys, a JSON Web Key Set
 * @param jwksUrl of such a set, over http or https
 * @param issuer that tokens must be of; null: any
 * @param audience that tokens must be for; null: any
 */
public record JwtSettings(
        @Nullable Path secretFile,
        @Nullable Path jwksFile,
        @Nullable URI jwksUrl,
        @Nullable String issuer,
        @Nullable String audience) {}
