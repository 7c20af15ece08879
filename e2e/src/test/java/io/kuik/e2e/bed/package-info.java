/** Driving the test bed: its commands, the cluster's state as JSON, and waiting for it. */
package io.kuik.e2e.bed;
