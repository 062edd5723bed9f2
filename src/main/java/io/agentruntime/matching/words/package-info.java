/** What the words of a text say for each flow: BM25, with typing errors corrected. */
@NullMarked
package io.agentruntime.matching.words;

import org.jspecify.annotations.NullMarked;
