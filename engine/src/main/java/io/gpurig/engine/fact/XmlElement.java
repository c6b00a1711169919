package io.gpurig.engine.fact;

import java.io.StringReader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * An element of XML that a host printed. The host is not trusted: nothing outside the text is ever
 * opened, no entity is resolved, and what is too large or too deep is refused.
 *
 * @param name its name, as written
 * @param attributes by name
 * @param children the elements in it, in their order
 * @param text the text that stands directly in it, without the blanks around it
 */
public record XmlElement(
    String name, Map<String, String> attributes, List<XmlElement> children, String text) {
  private static final int LARGEST = 16 << 20;
  private static final int DEEPEST = 64;

  /** Sixteen GPUs with all their MIG devices and processes come to less than 30,000. */
  private static final int MOST = 250_000;

  public XmlElement {
    attributes = Collections.unmodifiableMap(new LinkedHashMap<>(attributes));
    children = List.copyOf(children);
  }

  /**
   * Returns the root element of a document.
   *
   * @throws UnreadableAnswerException if it is not XML, or of a kind that no tool prints: with
   *     references to entities of its own, above 16 Mi characters, deeper than 64 elements, of more
   *     than 250,000
   */
  public static XmlElement parse(String document) throws UnreadableAnswerException {
    if (document.length() > LARGEST) {
      throw new UnreadableAnswerException("is longer than 16 Mi characters");
    }
    try {
      return read(factory().createXMLStreamReader(new StringReader(document)));
    } catch (XMLStreamException | RuntimeException e) {
      // the JDK's reader answers some broken documents with an unchecked exception
      throw new UnreadableAnswerException("is not well-formed XML");
    }
  }

  private static XMLInputFactory factory() {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
    factory.setProperty(XMLInputFactory.IS_NAMESPACE_AWARE, false);
    factory.setXMLResolver(
        (publicId, systemId, base, namespace) -> {
          throw new XMLStreamException("nothing is opened");
        });
    return factory;
  }

  private static XmlElement read(XMLStreamReader reader)
      throws XMLStreamException, UnreadableAnswerException {
    Deque<Open> open = new ArrayDeque<>();
    int count = 0;
    open.push(new Open("", Map.of()));
    while (reader.hasNext()) {
      switch (reader.next()) {
        case XMLStreamConstants.START_ELEMENT -> {
          if (++count > MOST) {
            throw new UnreadableAnswerException("has more than 250,000 elements");
          }
          if (open.size() > DEEPEST) {
            throw new UnreadableAnswerException("is nested deeper than 64 elements");
          }
          open.push(new Open(reader.getLocalName(), attributes(reader)));
        }
        case XMLStreamConstants.END_ELEMENT -> {
          XmlElement closed = open.pop().closed();
          open.element().children.add(closed);
        }
        case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA ->
            open.element().text.append(reader.getText());
        case XMLStreamConstants.ENTITY_REFERENCE ->
            throw new UnreadableAnswerException("refers to an entity");
        default -> {
          // comments, white space, and a document type that is not looked into
        }
      }
    }
    return open.pop().children.getFirst();
  }

  private static Map<String, String> attributes(XMLStreamReader reader) {
    Map<String, String> attributes = new LinkedHashMap<>();
    for (int i = 0; i < reader.getAttributeCount(); i++) {
      attributes.put(reader.getAttributeLocalName(i), reader.getAttributeValue(i));
    }
    return attributes;
  }

  private record Open(
      String name, Map<String, String> attributes, List<XmlElement> children, StringBuilder text) {
    Open(String name, Map<String, String> attributes) {
      this(name, attributes, new ArrayList<>(), new StringBuilder());
    }

    XmlElement closed() {
      return new XmlElement(name, attributes, children, text.toString().strip());
    }
  }

  /** Returns the children of a name. */
  public List<XmlElement> children(String child) {
    return children.stream().filter(c -> c.name.equals(child)).toList();
  }

  /** Returns the element at a path of names; of a name that is there twice, neither is meant. */
  public Optional<XmlElement> at(String... path) {
    Optional<XmlElement> found = Optional.of(this);
    for (String step : path) {
      found = found.map(e -> e.children(step)).filter(c -> c.size() == 1).map(List::getFirst);
    }
    return found;
  }

  /** Returns the text of the element at a path, unless that has elements or nothing in it. */
  public Optional<String> value(String... path) {
    return at(path)
        .filter(element -> element.children.isEmpty())
        .map(XmlElement::text)
        .filter(text -> !text.isEmpty());
  }
}
