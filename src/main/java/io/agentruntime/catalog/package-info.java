/** The flows that providers offer: read, normalised, kept fresh. */
@NullMarked
package io.agentruntime.catalog;

import org.jspecify.annotations.NullMarked;
