/** A place on the map, in degrees. */
export interface Spot {
  lat: number;
  lng: number;
}

/** How fast somebody can be believed to travel. */
export interface TravelLimit {
  /** Miles an hour, as the crow flies. */
  mph: number;
  /** First miles that are not counted. */
  slackMiles: number;
}

const earthRadiusMiles = 3958.7613; // mean radius (IUGG)
const msInHour = 3_600_000;

/** Great-circle distance in miles (haversine). */
export function milesBetween(one: Spot, other: Spot): number {
  const radians = (degrees: number) => (degrees * Math.PI) / 180;
  const half = (degrees: number) => Math.sin(radians(degrees) / 2) ** 2;
  const chord =
    half(other.lat - one.lat) + Math.cos(radians(one.lat)) * Math.cos(radians(other.lat)) * half(other.lng - one.lng);
  return 2 * earthRadiusMiles * Math.asin(Math.min(1, Math.sqrt(chord)));
}

/** Whether nobody can have come from one place to another in that time, in milliseconds, either way round. */
export function isImpossible(miles: number, ms: number, { mph, slackMiles }: TravelLimit): boolean {
  return miles - slackMiles > (mph * Math.abs(ms)) / msInHour;
}
