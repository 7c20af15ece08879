package io.kuik.registry;

import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a list that a registry gives page by page: its repositories, or the tags of one. */
public final class RegistryList {
  /** A page has at most 1000 names of at most 255 characters. */
  private static final int PAGE_LIMIT = 1 << 20;
  private static final Pattern NEXT = Pattern.compile("<([^>]*)>\\s*;\\s*rel=\"?next\"?");

  private RegistryList() {
  }

  /**
   * All names behind this field of the answers' JSON, page after page; empty if the registry has no such
   * list. More than {@code limit} of them are an error: a list that was cut would look complete.
   */
  public static List<String> read(RegistryClient client, RegistryRequest first, String field, int limit) {
    var names = new ArrayList<String>();
    Optional<RegistryRequest> next = Optional.of(first);
    while (next.isPresent()) {
      RegistryRequest request = next.get();
      try (RegistryResponse response = client.ok(request)) {
        int before = names.size();
        names.addAll(names(request, response, field));
        if (names.size() > limit) {
          throw new RegistryException.Unsupported(
              request.described() + ": the list has more than " + limit + " names");
        }
        // A page without a name that leads to a next one would go on for ever.
        next = names.size() > before ? next(request, response) : Optional.empty();
      } catch (RegistryException.NotFound e) {
        return List.copyOf(names);
      } catch (IOException e) {
        throw new RegistryException.Unavailable(
            request.described() + ": " + Redaction.of(String.valueOf(e.getMessage())), e);
      }
    }
    return List.copyOf(names);
  }

  private static List<String> names(RegistryRequest request, RegistryResponse response, String field)
      throws IOException {
    byte[] page = new SteadyStream(response.body()).readNBytes(PAGE_LIMIT + 1);
    if (page.length > PAGE_LIMIT) {
      throw new RegistryException.Unsupported(
          request.described() + ": a page of the list is larger than " + PAGE_LIMIT + " bytes");
    }
    try {
      JsonElement list = JsonParser.parseString(new String(page, StandardCharsets.UTF_8)).getAsJsonObject()
          .get(field);
      return list == null || list.isJsonNull()
          ? List.of()
          : list.getAsJsonArray().asList().stream().map(JsonElement::getAsString).toList();
    } catch (JsonParseException | IllegalStateException | UnsupportedOperationException e) {
      throw new RegistryException.Unsupported(
          request.described() + ": the answer is no list of \"" + field + "\"");
    }
  }

  /** The way to the next page, of which only a path below ours is believed. */
  private static Optional<RegistryRequest> next(RegistryRequest request, RegistryResponse response) {
    Optional<Matcher> link = response.header("Link").map(NEXT::matcher).filter(Matcher::find);
    return link.map(m -> m.group(1)).filter(path -> path.startsWith("/v2/")).map(request::at);
  }
}
