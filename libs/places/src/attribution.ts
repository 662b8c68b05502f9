/** What the licences of the postcode data ask to be shown, word for word, so not translated. */
export const attribution =
  'Contains OS data © Crown copyright and database right 2025. Contains Royal Mail data © Royal Mail copyright and ' +
  'database right 2025. Source: Office for National Statistics licensed under the Open Government Licence v.3.0.';
