package io.agentruntime.routes;

import org.yaml.snakeyaml.error.Mark;

/**
 * Something in a route file that would not work, and what to do about it.
 *
 * @param line from 1
 * @param column from 1
 */
public record Finding(String file, int line, int column, String advice) {
    static Finding at(String file, Mark mark, String advice) {
        return new Finding(file, mark.getLine() + 1, mark.getColumn() + 1, advice);
    }

    @Override
    public String toString() {
        return file + ":" + line + ":" + column + ": " + advice;
    }
}
