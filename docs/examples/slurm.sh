#!/usr/bin/env bash
# An array of jobs, each with one part of a sweep's trials:
#
#   qgt sweep model.json --data images/ --bits 1.58,2,3,4 --seed 0,1 -o sweep/ --prepare
#   sbatch slurm.sh
#   qgt sweep show sweep/
#
# A job that ran out of its time is submitted again: its trial goes on from its checkpoint.
#SBATCH --job-name=qgt-sweep
#SBATCH --array=0-7
#SBATCH --cpus-per-task=4
#SBATCH --mem=8G
#SBATCH --time=02:00:00
#SBATCH --output=sweep-%A-%a.log
# Two minutes before the end the training is asked to keep its state.
#SBATCH --signal=TERM@120
set -euo pipefail

cd "${SLURM_SUBMIT_DIR:-.}"
srun npx qgt sweep run sweep/ --index "${SLURM_ARRAY_TASK_ID:-0}" --of "${SLURM_ARRAY_TASK_COUNT:-1}"
