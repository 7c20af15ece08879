/** The mutating webhook: HTTPS, AdmissionReviews, and the server's certificate. */
@NullMarked
package io.kuik.controller.admission;

import org.jspecify.annotations.NullMarked;
