package io.kuik.proxy;

import static io.kuik.proxy.SpecBed.ABSENT;
import static io.kuik.proxy.SpecBed.MANIFESTS;
import static io.kuik.proxy.SpecBed.REFERRERS;
import static io.kuik.proxy.SpecBed.header;
import static io.kuik.proxy.SpecBed.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kuik.model.Digest;
import io.kuik.model.ManifestType;
import io.kuik.proxy.SpecBed.From;
import java.net.http.HttpResponse;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** OCI distribution spec 1.1, "Listing Referrers", before a registry that has only their tags. */
class SpecReferrersIT extends SpecTests {
  @ParameterizedTest
  @EnumSource
  void noReferrersAreAnEmptyIndex(From from) throws Exception {
    HttpResponse<byte[]> response = bed(from).get(REFERRERS + ABSENT);
    assertEquals("200 " + ManifestType.OCI_INDEX,
        response.statusCode() + " " + header(response, "Content-Type"));
    assertTrue(text(response).contains("\"manifests\":[]"), text(response));
  }

  @ParameterizedTest
  @EnumSource
  void referrersAreAnIndexOfTheirDescriptors(From from) throws Exception {
    Digest referrer = bed(from).pushReferrer("application/vnd.example.sbom");
    HttpResponse<byte[]> response = bed(from).get(REFERRERS + bed(from).manifest);
    assertEquals("200 " + ManifestType.OCI_INDEX,
        response.statusCode() + " " + header(response, "Content-Type"));
    assertTrue(text(response).contains(referrer.toString()), text(response));
    assertTrue(text(response).contains("\"artifactType\":\"application/vnd.example.sbom\""), text(response));
    assertEquals(200, bed(from).get(MANIFESTS + referrer).statusCode());
  }

  @ParameterizedTest
  @EnumSource
  void aFilterThatWasNotAppliedIsNotClaimed(From from) throws Exception {
    bed(from).pushReferrer("application/vnd.example.sbom");
    HttpResponse<byte[]> response = bed(from)
        .get(REFERRERS + bed(from).manifest + "?artifactType=application%2Fother");
    assertEquals("200 ''", response.statusCode() + " '" + header(response, "OCI-Filters-Applied") + "'");
  }

  @ParameterizedTest
  @EnumSource
  void theTagThatStandsInIsServedToClientsThatAskForIt(From from) throws Exception {
    bed(from).pushReferrer("application/vnd.example.sbom");
    assertEquals(200, bed(from).get(MANIFESTS + "sha256-" + bed(from).manifest.hex()).statusCode());
  }

  @ParameterizedTest
  @EnumSource
  void aDigestThatIsNoneAnswers400(From from) throws Exception {
    assertEquals(400, bed(from).get(REFERRERS + "sha256:123").statusCode());
    assertEquals(400, bed(from).get(REFERRERS + "v1").statusCode());
  }
}
