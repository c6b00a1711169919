package io.gpurig.modules.cdi.host;

import io.gpurig.modules.runtime.Engine;
import java.time.Duration;

/**
 * What a plan's {@code cdi} section asks for.
 *
 * @param enabled whether containers are to get devices by CDI
 * @param engine from which engine
 * @param output path of the spec
 * @param readyTimeout how long the engine may take to say that it takes them
 */
record Cdi(boolean enabled, Engine engine, String output, Duration readyTimeout) {}
