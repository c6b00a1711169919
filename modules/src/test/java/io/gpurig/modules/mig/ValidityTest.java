package io.gpurig.modules.mig;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpurig.engine.yaml.Resources;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Validity is exact: decided for every set of profiles, and compared with what others say. */
final class ValidityTest {
  private static final MigModel A100 = model("A100-SXM4-40GB");

  private static MigModel model(String product) {
    return MigModels.ofProduct("NVIDIA " + product).orElseThrow();
  }

  private static Layout layout(String text) {
    SortedMap<MigProfile, Integer> counts = new TreeMap<>();
    for (String pair : text.split(" ")) {
      String[] parts = pair.split("\\*");
      counts.put(MigProfile.parse(parts[0]).orElseThrow(), Integer.parseInt(parts[1]));
    }
    return new Layout(counts);
  }

  /** The numbers are those of a count that was made apart from this code, from the same rules. */
  @Test
  void everyValidSetIsCounted() {
    assertThat(new Validity(A100).valid()).hasSize(127);
    assertThat(maximal(A100)).hasSize(44);
    assertThat(new Validity(model("A30")).valid()).hasSize(19);
    assertThat(maximal(model("A30"))).hasSize(8);
    for (String same : List.of("A100-SXM4-80GB", "H100 80GB HBM3", "H100 NVL", "B200")) {
      assertThat(new Validity(model(same)).valid()).as(same).hasSize(127);
    }
  }

  private static List<Layout> maximal(MigModel model) {
    List<Layout> all = new Validity(model).valid();
    return all.stream().filter(one -> all.stream().noneMatch(other -> isLess(one, other))).toList();
  }

  private static boolean isLess(Layout one, Layout other) {
    return !one.equals(other)
        && one.counts().entrySet().stream()
            .allMatch(e -> e.getValue() <= other.counts().getOrDefault(e.getKey(), 0));
  }

  /**
   * Both directions, for every multiset of profiles up to one more of each than fits: a plain
   * search over all starts, written apart from the code, decides alike.
   */
  @TestFactory
  Stream<DynamicTest> everySetIsDecidedAsAPlainSearchDecides() {
    return Stream.of("A100-SXM4-40GB", "A100-SXM4-80GB", "H100 80GB HBM3", "H100 NVL", "A30")
        .map(
            product ->
                DynamicTest.dynamicTest(
                    product,
                    () -> {
                      MigModel model = model(product);
                      Validity validity = new Validity(model);
                      Set<String> valid =
                          validity.valid().stream()
                              .map(Layout::toString)
                              .collect(Collectors.toCollection(TreeSet::new));
                      int decided = 0;
                      for (Layout layout : multisets(model)) {
                        boolean plain = plain(model, flat(model, layout), 0, 0);
                        assertThat(validity.accepts(layout)).as(layout.toString()).isEqualTo(plain);
                        assertThat(valid.contains(layout.toString())).isEqualTo(plain);
                        decided++;
                      }
                      assertThat(decided).isGreaterThan(300);
                    }));
  }

  private static List<Layout> multisets(MigModel model) {
    List<SortedMap<MigProfile, Integer>> found = new ArrayList<>(List.of(new TreeMap<>()));
    for (GpuInstanceProfile profile : model.profiles()) {
      List<SortedMap<MigProfile, Integer>> longer = new ArrayList<>();
      for (SortedMap<MigProfile, Integer> one : found) {
        for (int count = 0; count <= profile.max() + 1; count++) {
          SortedMap<MigProfile, Integer> more = new TreeMap<>(one);
          more.put(profile.name(), count);
          longer.add(more);
        }
      }
      found = longer;
    }
    return found.stream().map(Layout::new).filter(layout -> layout.size() > 0).toList();
  }

  private static List<GpuInstanceProfile> flat(MigModel model, Layout layout) {
    List<GpuInstanceProfile> flat = new ArrayList<>();
    layout
        .counts()
        .forEach(
            (name, count) -> {
              for (int i = 0; i < count; i++) {
                flat.add(model.profile(name).orElseThrow());
              }
            });
    return flat;
  }

  /** Slices as bits; the limits of the MIG User Guide in its own words. */
  private static boolean plain(MigModel model, List<GpuInstanceProfile> left, int at, int taken) {
    if (at == 0) {
      int compute = 0;
      int extended = 0;
      for (GpuInstanceProfile profile : left) {
        compute += profile.name().slices();
        extended += profile.name().attributes().equals("+me") ? 1 : 0;
        if (left.stream().filter(profile::equals).count() > profile.max()) {
          return false;
        }
      }
      if (compute > model.compute() || extended > 1) {
        return false;
      }
    }
    if (at == left.size()) {
      return true;
    }
    GpuInstanceProfile next = left.get(at);
    for (int start : next.starts()) {
      int bits = ((1 << next.size()) - 1) << start;
      if ((taken & bits) == 0 && plain(model, left, at + 1, taken | bits)) {
        return true;
      }
    }
    return false;
  }

  /** Common layouts of an A100; and without +me and double memory twelve are maximal. */
  @Test
  void commonLayoutsAreValidAndTwelveAreMaximal() {
    List<String> common =
        List.of(
            "7g.40gb*1",
            "4g.20gb*1 3g.20gb*1",
            "4g.20gb*1 2g.10gb*1 1g.5gb*1",
            "4g.20gb*1 1g.5gb*3",
            "3g.20gb*2",
            "3g.20gb*1 2g.10gb*1 1g.5gb*1",
            "3g.20gb*1 1g.5gb*3",
            "3g.20gb*1 2g.10gb*2",
            "3g.20gb*1 2g.10gb*1 1g.5gb*2",
            "3g.20gb*1 1g.5gb*4",
            "2g.10gb*3 1g.5gb*1",
            "2g.10gb*2 1g.5gb*3",
            "2g.10gb*1 1g.5gb*5",
            "1g.5gb*7");
    for (String text : common) {
      assertThat(new Validity(A100).fault(layout(text))).as(text).isEmpty();
    }
    Set<String> plain =
        new Validity(A100)
            .valid().stream()
                .filter(l -> !l.toString().contains("+me") && !l.toString().contains("1g.10gb"))
                .map(Layout::toString)
                .collect(Collectors.toSet());
    assertThat(
            plain.stream()
                .filter(
                    one ->
                        plain.stream()
                            .noneMatch(
                                other ->
                                    isLess(
                                        layout(one.replaceAll("[{},]", "").replace(": ", "*")),
                                        layout(other.replaceAll("[{},]", "").replace(": ", "*"))))))
        .hasSize(12);
  }

  @Test
  void migPartedsOwnCasesAgree() {
    var cases = Resources.json(ValidityTest.class, "mig-parted-valid-config-cases.json");
    assertThat(cases.path("cases")).hasSize(12);
    for (var one : cases.path("cases")) {
      assertThat(MigRequests.accepts(A100, one.path("mig_devices")))
          .as(one.path("description").asText())
          .isEqualTo(one.path("valid").asBoolean());
    }
  }

  @Test
  void faultsSayWhyAndWhatIsNearest() {
    assertThat(fault(A100, "1g.5gb*8"))
        .isEqualTo(
            "8 × 1g.5gb, and at most 7 fit; they need 8 compute slices, and there are 7"
                + " -> write {1g.5gb: 7}");
    assertThat(fault(A100, "3g.20gb*2 1g.5gb*1"))
        .isEqualTo("they need 9 memory slices, and there are 8 -> write {3g.20gb: 2}");
    assertThat(fault(A100, "1g.10gb*3 2g.10gb*1 1g.5gb*1"))
        .isEqualTo(
            "they need 9 memory slices, and there are 8 -> write {2g.10gb: 1, 1g.10gb: 2, 1g.5gb:"
                + " 1}");
    assertThat(fault(A100, "4g.40gb*1"))
        .startsWith("it has no profile 4g.40gb -> did you mean `4g.20gb`? it offers 1g.5gb,");
    assertThat(fault(A100, "3c.4g.20gb*1"))
        .startsWith("a 4g.20gb has no compute instance of 3 slices -> write 4g.20gb");
    assertThat(fault(A100, "1c.3g.20gb*7"))
        .isEqualTo(
            "3 × 3g.20gb, and at most 2 fit; they need 9 compute slices, and there are 7; they"
                + " need 12 memory slices, and there are 8 -> write {1c.3g.20gb: 6}");
    assertThat(fault(model("A30"), "1g.6gb+me*1 2g.12gb+me*1"))
        .isEqualTo("only one instance can have the media extensions -> write {2g.12gb+me: 1}");
    MigModel pro = model("RTX PRO 6000 Blackwell Server Edition");
    assertThat(fault(pro, "1g.24gb+me.all*1 1g.24gb*3"))
        .isEqualTo("they need 7 media engines, and there are 4 -> write {1g.24gb: 3}");
    assertThat(new Validity(pro).fault(layout("1g.24gb+me.all*1 1g.24gb-me*3"))).isEmpty();
  }

  @Test
  void sumsAreSaidBeforePlaces() {
    assertThat(fault(A100, "3g.20gb*1 2g.10gb*1 1g.10gb*1 1g.5gb*1")).contains("9 memory slices");
    assertThat(fault(A100, "4g.20gb*1 2g.10gb*2"))
        .isEqualTo("they need 8 compute slices, and there are 7 -> write {4g.20gb: 1, 2g.10gb: 1}");
  }

  private static String fault(MigModel model, String layout) {
    Validity.Fault fault = new Validity(model).fault(layout(layout)).orElseThrow();
    return fault.reason() + " -> " + fault.suggestion();
  }
}
