package io.gpurig.engine.connect;

import java.io.EOFException;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import net.schmizz.sshj.common.Buffer.PlainBuffer;

/** A running ssh-agent: it lists keys and signs, and never shows a private key. */
record SshAgent(Path socket) {
  private static final int MAX_ANSWER = 1 << 20;
  private static final byte LIST = 11;
  private static final byte LISTED = 12;
  private static final byte SIGN = 13;
  private static final byte SIGNED = 14;
  private static final int RSA_SHA2_512 = 4;

  /**
   * A key that the agent holds.
   *
   * @param blob the public key, or the certificate
   * @param comment what its owner calls it
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared as a whole
  record Key(byte[] blob, String comment) {}

  /** Returns the keys, in the agent's order. */
  List<Key> keys() throws IOException {
    PlainBuffer answer = call(new PlainBuffer().putByte(LIST));
    expect(answer, LISTED, "list its keys");
    int count = answer.readUInt32AsInt();
    List<Key> keys = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      keys.add(new Key(answer.readBytes(), answer.readString()));
    }
    return keys;
  }

  /** Returns a signature with its name, in the form that goes over the wire. */
  byte[] sign(byte[] blob, byte[] data) throws IOException {
    int flags = PublicKeys.type(blob).startsWith("ssh-rsa") ? RSA_SHA2_512 : 0;
    PlainBuffer answer =
        call(new PlainBuffer().putByte(SIGN).putString(blob).putString(data).putUInt32(flags));
    expect(answer, SIGNED, "sign");
    return answer.readBytes();
  }

  private static void expect(PlainBuffer answer, byte kind, String what) throws IOException {
    if (answer.readByte() != kind) {
      throw new IOException("the agent refused to " + what);
    }
  }

  private PlainBuffer call(PlainBuffer request) throws IOException {
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      byte[] body = request.getCompactData();
      ByteBuffer message = ByteBuffer.allocate(Integer.BYTES + body.length);
      message.putInt(body.length).put(body).flip();
      while (message.hasRemaining()) {
        channel.write(message);
      }
      int length = read(channel, Integer.BYTES).getInt();
      if (length < 1 || length > MAX_ANSWER) {
        throw new IOException("the agent gave no sensible answer");
      }
      return new PlainBuffer(read(channel, length).array());
    }
  }

  private static ByteBuffer read(SocketChannel channel, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes) < 0) {
        throw new EOFException("the agent closed the connection");
      }
    }
    return bytes.flip();
  }
}
