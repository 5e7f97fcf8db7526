/** The id of an incident's element in the page, so that it can be linked. */
export function incidentId(anomaly: string, incident: number): string {
  return `${anomaly}-incident-${incident}`;
}

/** The id of the row of a label or near miss. */
export function labelId(anomaly: string, label: string): string {
  return `${anomaly}-label-${label}`;
}

/** The id of the zoomable chart of an anomaly. */
export function timelineId(anomaly: string): string {
  return `${anomaly}-timeline`;
}
