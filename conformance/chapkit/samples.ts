/** The guide's eight rows. */
export const history = {
  columns: ['rainfall', 'mean_temperature', 'disease_cases'],
  data: [
    [100.5, 25.3, 12],
    [85.2, 27.1, 8],
    [120.8, 24.5, 15],
    [95.3, 26.2, 10],
    [110, 26, 13],
    [75.5, 28, 6],
    [130.2, 23.8, 18],
    [88.9, 27.5, 9],
  ],
};

/** The guide's weather to come. */
export const newWeather = {
  columns: ['rainfall', 'mean_temperature'],
  data: [
    [110, 26],
    [90, 28],
    [125, 24],
    [80, 29],
  ],
};

/** Well formed, and nobody's. */
export const unknownKey = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
