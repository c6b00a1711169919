package io.gpurig.engine.inventory;

import com.fasterxml.jackson.databind.JsonNode;
import io.gpurig.engine.problem.Source;

/** The value of a variable and where it is written. */
record Setting(JsonNode value, Source source) {}
