/**
 * A cluster at work for a long time, while everything in it is killed: what is disturbed, watched and told.
 */
package io.kuik.e2e.soak;
