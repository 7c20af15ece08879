package io.kuik.proxy.serve;

/**
 * How a blob is moved from its source to its client.
 *
 * @param piece
 *          bytes at once
 * @param ahead
 *          whether a piece is read, and hashed, while the client gets the one before it; that takes a second
 *          processor, and memory for one more piece
 */
record Pace(int piece, boolean ahead) {
}
