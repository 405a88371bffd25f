/* The faults that a scenario asked for, over all processes of its run. Internal to scenarios/run. */
#ifndef SCN_RUN_FAULTS_H
#define SCN_RUN_FAULTS_H

#include "scenarios/run/world.h"

struct scn_process;

/* Takes the rules out of a process that is over (NULL: none) and puts them into the next one, where
 * they go on with the counts that they had. enter: false without memory. */
void scn_faults_leave(struct scn_world *world, const struct scn_process *process);
bool scn_faults_enter(struct scn_world *world, struct scn_process *process);
/* A failure for every fault that never happened, unless that is fine. */
void scn_faults_check(struct scn_world *world);
void scn_faults_release(struct scn_world *world);

#endif
