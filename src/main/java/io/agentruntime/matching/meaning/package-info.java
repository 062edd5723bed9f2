/** What models make of texts: vectors, how near two are, and their keeping. */
@NullMarked
package io.agentruntime.matching.meaning;

import org.jspecify.annotations.NullMarked;
