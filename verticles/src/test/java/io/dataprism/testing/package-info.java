/** What tests of several packages share. */
@NullMarked
package io.dataprism.testing;

import org.jspecify.annotations.NullMarked;
