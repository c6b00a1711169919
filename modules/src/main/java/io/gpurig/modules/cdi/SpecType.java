package io.gpurig.modules.cdi;

import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The types of the fields of a spec (specs-go/config.go), for decoding as encoding/json does. */
sealed interface SpecType {
  /** How messages name the type. */
  String goName();

  /**
   * @param goName as {@code DeviceNode}
   * @param fields by their JSON names
   */
  record Struct(String goName, Map<String, SpecType> fields) implements SpecType {
    /** The field of a key: the exact name, else the name that differs in case alone. */
    Optional<String> field(String key) {
      if (fields.containsKey(key)) {
        return Optional.of(key);
      }
      return fields.keySet().stream().filter(name -> fold(name).equals(fold(key))).findFirst();
    }

    private static String fold(String name) {
      return name.replace('\u017f', 's').replace('\u212a', 'k').toLowerCase(Locale.ROOT);
    }
  }

  record Slice(SpecType element) implements SpecType {
    @Override
    public String goName() {
      return "[]" + (element instanceof Struct s ? pointer(s) : element.goName());
    }

    private static String pointer(Struct struct) {
      return (struct.goName().equals("Device") ? "" : "*") + "specs." + struct.goName();
    }
  }

  /** A map from text to text. */
  record Texts() implements SpecType {
    @Override
    public String goName() {
      return "map[string]string";
    }
  }

  record Text() implements SpecType {
    @Override
    public String goName() {
      return "string";
    }
  }

  record Bool() implements SpecType {
    @Override
    public String goName() {
      return "bool";
    }
  }

  record Int(String goName, BigInteger least, BigInteger most) implements SpecType {}

  Text TEXT = new Text();
  Slice LIST = new Slice(TEXT);
  Int INT64 =
      new Int("int64", BigInteger.valueOf(Long.MIN_VALUE), BigInteger.valueOf(Long.MAX_VALUE));
  Int INT = new Int("int", INT64.least, INT64.most);
  Int UINT32 = new Int("uint32", BigInteger.ZERO, BigInteger.valueOf(0xffff_ffffL));
  Int FILE_MODE = new Int("fs.FileMode", UINT32.least, UINT32.most);

  Struct DEVICE_NODE =
      struct(
          "DeviceNode",
          "path",
          TEXT,
          "hostPath",
          TEXT,
          "type",
          TEXT,
          "major",
          INT64,
          "minor",
          INT64,
          "fileMode",
          FILE_MODE,
          "permissions",
          TEXT,
          "uid",
          UINT32,
          "gid",
          UINT32);
  Struct NET_DEVICE = struct("LinuxNetDevice", "hostInterfaceName", TEXT, "name", TEXT);
  Struct HOOK =
      struct("Hook", "hookName", TEXT, "path", TEXT, "args", LIST, "env", LIST, "timeout", INT);
  Struct MOUNT =
      struct("Mount", "hostPath", TEXT, "containerPath", TEXT, "options", LIST, "type", TEXT);
  Struct INTEL_RDT =
      struct(
          "IntelRdt",
          "closID",
          TEXT,
          "l3CacheSchema",
          TEXT,
          "memBwSchema",
          TEXT,
          "schemata",
          LIST,
          "enableMonitoring",
          new Bool());
  Struct CONTAINER_EDITS =
      struct(
          "ContainerEdits",
          "env",
          LIST,
          "deviceNodes",
          new Slice(DEVICE_NODE),
          "netDevices",
          new Slice(NET_DEVICE),
          "hooks",
          new Slice(HOOK),
          "mounts",
          new Slice(MOUNT),
          "intelRdt",
          INTEL_RDT,
          "additionalGids",
          new Slice(UINT32));
  Struct DEVICE =
      struct("Device", "name", TEXT, "annotations", new Texts(), "containerEdits", CONTAINER_EDITS);
  Struct SPEC =
      struct(
          "Spec",
          "cdiVersion",
          TEXT,
          "kind",
          TEXT,
          "annotations",
          new Texts(),
          "devices",
          new Slice(DEVICE),
          "containerEdits",
          CONTAINER_EDITS);

  private static Struct struct(String goName, Object... fields) {
    Map<String, SpecType> types = new LinkedHashMap<>();
    for (int i = 0; i < fields.length; i += 2) {
      types.put((String) fields[i], (SpecType) fields[i + 1]);
    }
    return new Struct(goName, types);
  }
}
