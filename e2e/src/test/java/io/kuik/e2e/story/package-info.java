/** The product in a real cluster, told as one story: the classes run in their order on one cluster. */
package io.kuik.e2e.story;
