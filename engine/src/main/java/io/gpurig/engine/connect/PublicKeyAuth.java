package io.gpurig.engine.connect;

import java.io.IOException;
import net.schmizz.sshj.common.Buffer.PlainBuffer;
import net.schmizz.sshj.common.Message;
import net.schmizz.sshj.common.SSHPacket;
import net.schmizz.sshj.transport.TransportException;
import net.schmizz.sshj.userauth.UserAuthException;
import net.schmizz.sshj.userauth.method.AbstractAuthMethod;

/**
 * Logs in with one identity: asks whether the server would take it, and signs only then; where
 * there is no other to try it signs at once, which saves a round trip. The library's own method
 * knows no agent and no RSA certificates.
 */
final class PublicKeyAuth extends AbstractAuthMethod {
  private final Identity identity;
  private final boolean only;

  PublicKeyAuth(Identity identity, boolean only) {
    super("publickey");
    this.identity = identity;
    this.only = only;
  }

  @Override
  protected SSHPacket buildReq() throws UserAuthException {
    return only ? signed() : request(false);
  }

  private SSHPacket request(boolean signed) throws UserAuthException {
    return super.buildReq()
        .putBoolean(signed)
        .putString(identity.algorithm())
        .putString(identity.blob());
  }

  @Override
  public void handle(Message message, SSHPacket packet)
      throws UserAuthException, TransportException {
    if (message != Message.USERAUTH_60) { // SSH_MSG_USERAUTH_PK_OK
      super.handle(message, packet);
      return;
    }
    params.getTransport().write(signed());
  }

  private SSHPacket signed() throws UserAuthException {
    SSHPacket request = request(true);
    byte[] data =
        new PlainBuffer()
            .putString(params.getTransport().getSessionID())
            .putBuffer(request)
            .getCompactData();
    try {
      return request.putString(identity.signer().sign(data));
    } catch (IOException e) {
      throw new UserAuthException(Failures.reason(e), e);
    }
  }
}
