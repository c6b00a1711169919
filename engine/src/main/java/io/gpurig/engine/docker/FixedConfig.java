package io.gpurig.engine.docker;

import com.github.dockerjava.api.model.AuthConfig;
import com.github.dockerjava.api.model.AuthConfigurations;
import com.github.dockerjava.core.DockerClientConfig;
import com.github.dockerjava.core.RemoteApiVersion;
import com.github.dockerjava.core.SSLConfig;
import java.net.URI;
import org.jspecify.annotations.NullUnmarked;

/**
 * docker-java's configuration without a look at environment variables and files of this machine,
 * which are about its own Docker and not about the host's. Paths without a version work with every
 * engine, so none is asked for.
 */
@NullUnmarked // the interface wants null for "none"
final class FixedConfig implements DockerClientConfig {
  @Override
  public URI getDockerHost() {
    return URI.create("unix:///var/run/docker.sock");
  }

  @Override
  public RemoteApiVersion getApiVersion() {
    return RemoteApiVersion.UNKNOWN_VERSION;
  }

  @Override
  public String getRegistryUsername() {
    return null;
  }

  @Override
  public String getRegistryPassword() {
    return null;
  }

  @Override
  public String getRegistryEmail() {
    return null;
  }

  @Override
  public String getRegistryUrl() {
    return AuthConfig.DEFAULT_SERVER_ADDRESS;
  }

  @Override
  public AuthConfig effectiveAuthConfig(String imageName) {
    return null;
  }

  @Override
  public AuthConfigurations getAuthConfigurations() {
    return new AuthConfigurations();
  }

  @Override
  @SuppressWarnings("deprecation") // the interface has nothing else
  public SSLConfig getSSLConfig() {
    return null;
  }
}
