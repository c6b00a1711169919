package io.gpurig.engine.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.Schema;
import javax.xml.validation.SchemaFactory;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.maven.plugin.surefire.log.api.NullConsoleLogger;
import org.apache.maven.plugins.surefire.report.ReportTestSuite;
import org.apache.maven.plugins.surefire.report.SurefireReportParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

final class JUnitReportTest {
  @Provide
  Arbitrary<String> hostile() {
    return Samples.hostile();
  }

  @Test
  void eachHostIsASuiteAndEachChangeACase() throws Exception {
    Document xml = parse(JUnitReport.render(List.of(Samples.fleet())));
    assertThat(xml.getDocumentElement().getAttribute("tests")).isEqualTo("55");
    assertThat(xml.getDocumentElement().getAttribute("failures")).isEqualTo("26");
    assertThat(xml.getDocumentElement().getAttribute("errors")).isEqualTo("1");
    List<Element> suites = elements(xml, "testsuite");
    assertThat(suites).hasSize(42);
    assertThat(suites.getFirst().getAttribute("name")).isEqualTo("gpu-01");
    Element failure = elements(xml, "failure").get(1);
    assertThat(failure.getAttribute("type")).isEqualTo("pending");
    assertThat(failure.getTextContent()).contains("-  \"c\": 3\n+  \"c\": 4\n");
  }

  @Test
  void mavensReportParserReadsTheSame(@TempDir Path folder) throws Exception {
    Files.writeString(
        folder.resolve("TEST-gpurig.xml"), JUnitReport.render(List.of(Samples.fleet())));
    List<ReportTestSuite> suites =
        new SurefireReportParser(List.of(folder.toFile()), new NullConsoleLogger())
            .parseXMLReportFiles();
    assertThat(suites).hasSize(42);
    assertThat(suites.stream().mapToInt(ReportTestSuite::getNumberOfTests).sum()).isEqualTo(55);
    assertThat(suites.stream().mapToInt(ReportTestSuite::getNumberOfFailures).sum()).isEqualTo(26);
    assertThat(suites.stream().mapToInt(ReportTestSuite::getNumberOfErrors).sum()).isEqualTo(1);
  }

  @Test
  void whatAnApplyDidPassesAndWhatItDidNotReachIsSkipped() throws Exception {
    Document xml = parse(JUnitReport.render(List.of(Samples.applied())));
    assertThat(elements(xml, "failure")).hasSize(1);
    assertThat(elements(xml, "error")).hasSize(1);
    assertThat(elements(xml, "skipped")).hasSize(1);
    assertThat(elements(xml, "system-out").getFirst().getTextContent()).contains("last year");
  }

  @Test
  void plansThatAreValidAreOneCaseThatPasses() throws Exception {
    Report valid = new Report("validate", "GPU nodes", List.of(), List.of());
    Document xml = parse(JUnitReport.render(List.of(valid)));
    assertThat(elements(xml, "testcase")).hasSize(1);
    assertThat(xml.getDocumentElement().getAttribute("failures")).isEqualTo("0");
  }

  @Property(tries = 300)
  void nothingBreaksOut(@ForAll("hostile") String text) throws Exception {
    String rendered = JUnitReport.render(List.of(Samples.hostile(text)));
    assertThat(Samples.controls(rendered)).isEmpty();
    Document xml = parse(rendered);
    Document expected = parse(JUnitReport.render(List.of(Samples.hostile("harmless"))));
    assertThat(elements(xml, "*")).hasSameSizeAs(elements(expected, "*"));
    assertThat(elements(xml, "testcase").getFirst().getAttribute("name"))
        .isEqualTo("a/b: " + SafeText.line(text));
  }

  private static Document parse(String xml) throws Exception {
    SchemaFactory schemas = SchemaFactory.newInstance(XMLConstants.W3C_XML_SCHEMA_NS_URI);
    Schema schema =
        schemas.newSchema(Objects.requireNonNull(JUnitReportTest.class.getResource("junit.xsd")));
    schema.newValidator().validate(new StreamSource(new StringReader(xml)));
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(xml)));
  }

  private static List<Element> elements(Document document, String name) {
    NodeList nodes = document.getElementsByTagName(name);
    return IntStream.range(0, nodes.getLength()).mapToObj(i -> (Element) nodes.item(i)).toList();
  }
}
