/** What can be wrong with upstreams and with the cache registry, and what a client then gets. */
package io.kuik.e2e.outage;
