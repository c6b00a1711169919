#!/bin/sh
#SBATCH --job-name=gpurig
#SBATCH --array=1-8
#SBATCH --output=gpurig-%a.log
# Plans a fleet as an array of eight shards, on a cluster's own nodes:
#   sbatch --wait examples/scale/slurm-plan.sh; gpurig report merge reports/*.json --format html=fleet.html
# With apply in place of plan the same file rolls the plan out; every shard keeps to the plan's rollout by itself.
set -u
: "${GPURIG:=gpurig}" "${PLAN:=gpu-nodes.yaml}" "${INVENTORY:=inventory.yaml}" "${REPORTS:=reports}"
mkdir -p "$REPORTS"
# auto/N rather than auto: a task of the array that is submitted again alone must not take itself for the whole fleet
exec "$GPURIG" plan "$PLAN" -i "$INVENTORY" --shard "auto/${SHARDS:-8}" --quiet \
  --format "json=$REPORTS/$SLURM_ARRAY_TASK_ID.json"
