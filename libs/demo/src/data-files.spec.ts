import { describe, expect, it } from '@jest/globals';
import { slugFrom } from '@carers/businesses';
import { parseOfferTerms } from '@carers/offer-rules';
import { Gazetteer } from '@carers/places';
import { readApplications, readBusinesses, readNames, readPeople } from './data-files.js';

const businesses = await readBusinesses();
const people = await readPeople();
const applications = await readApplications();

describe('the data of the demo', () => {
  it('has enough to try everything with', () => {
    expect(businesses.filter(({ status }) => status === 'published').length).toBeGreaterThanOrEqual(60);
    expect(businesses.flatMap(({ offers }) => offers).length).toBeGreaterThanOrEqual(110);
    expect(businesses.filter(({ status }) => status === 'submitted')).toHaveLength(3);
    const waiting = businesses
      .filter(({ status }) => status === 'published')
      .flatMap(({ offers }) => offers.filter(({ status }) => status === 'submitted'));
    expect(waiting).toHaveLength(4);
    expect(new Set(businesses.flatMap(({ offers }) => offers.map(({ terms }) => terms.kind))).size).toBe(5);
  });

  it('has terms that businesses can agree to, in words that hold no amounts', () => {
    for (const { name, offers } of businesses) {
      for (const { terms, subject } of offers) {
        expect([name, parseOfferTerms(terms)]).toEqual([name, expect.objectContaining({ ok: true })]);
        expect(subject ?? '').not.toMatch(/£|%/);
      }
    }
  });

  it('names only postcodes that exist', () => {
    const gazetteer = Gazetteer.load();
    const postcodes = [
      ...businesses.flatMap(({ branches }) => branches.flatMap((branch) => (branch.online ? [] : [branch.postcode]))),
      ...[...people.carers, people.training, ...applications].map(({ postcode }) => postcode),
    ];
    expect(postcodes.filter((postcode) => !gazetteer.postcode(postcode))).toEqual([]);
  });

  it('reaches nobody: addresses and numbers are those kept for examples', () => {
    const addresses = [
      ...businesses.map(({ name, email }) => email ?? `owner@${slugFrom(name, '')}.example`),
      ...people.staff.map(({ email }) => email),
      ...[...people.carers, ...applications.map(({ contact }) => contact)].flatMap(({ email }) => email ?? []),
    ];
    expect(addresses.filter((address) => !/(\.example|@example\.(org|net|com))$/.test(address))).toEqual([]);
    expect(new Set(addresses).size).toBe(addresses.length);
    const mobiles = [...people.carers, ...applications.map(({ contact }) => contact)].flatMap(
      ({ mobile }) => mobile ?? [],
    );
    expect(mobiles.filter((mobile) => !/^\+447700900\d{3}$/.test(mobile))).toEqual([]);
  });

  it('calls nobody the same', async () => {
    const { older, middle, young, last } = await readNames();
    for (const list of [older, middle, young, last, businesses.map(({ name }) => name)]) {
      expect(new Set(list).size).toBe(list.length);
    }
  });

  it('has a child among the applicants, with somebody who agrees', () => {
    const children = applications.filter(({ age }) => age !== undefined && age < 13);
    expect(children.length).toBeGreaterThan(0);
    expect(children.every(({ agreement }) => agreement)).toBe(true);
  });
});
