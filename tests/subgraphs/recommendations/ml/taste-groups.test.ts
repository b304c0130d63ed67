import { describe, expect, test } from 'vitest';
import {
  factorDefaults,
  factorsAsItems,
  fitFactors,
} from '../../../../subgraphs/recommendations/src/ml/factor-model.ts';
import { historyBefore } from '../../../../subgraphs/recommendations/src/ml/interactions.ts';
import { addScores, contributions } from '../../../../subgraphs/recommendations/src/ml/item-model.ts';
import { toProfile } from '../../../../subgraphs/recommendations/src/ml/profile.ts';
import { fitTasteGroups, groupOf } from '../../../../subgraphs/recommendations/src/ml/taste-groups.ts';
import { plantedProducts, plantedShop, tasteOf, tastes, toInteractions } from '../planted-shop.ts';

const { interactions, contents, asOfDay } = plantedShop(200);
const options = { ...factorDefaults, factors: 4 };
const space = fitFactors(interactions, asOfDay, options);
const groups = fitTasteGroups(interactions, asOfDay, space, contents);
const profileOf = (customer: number) => toProfile(historyBefore(interactions, customer), asOfDay);

describe('factors', () => {
  test('rank the products of a customer’s taste first', () => {
    const items = factorsAsItems(space, 150);
    let within = 0;
    for (let customer = 0; customer < 40; customer++) {
      const profile = profileOf(customer);
      const scores = new Float64Array(plantedProducts);
      addScores(items.byInput, profile.products, profile.taste, scores);
      const top = [...scores.keys()].sort((a, b) => scores[b]! - scores[a]!).slice(0, 20);
      within += top.filter((product) => tasteOf(product) === tasteOf(customer)).length;
    }
    expect(within / 800).toBeGreaterThanOrEqual(0.95);
  });

  test('score by a sum over what was touched, in which no product speaks for itself', () => {
    const items = factorsAsItems(space, plantedProducts);
    const profile = profileOf(3);
    const scores = new Float64Array(plantedProducts);
    addScores(items.byInput, profile.products, profile.taste, scores);
    for (const target of [3, 7, 8]) {
      const parts = contributions(items.byTarget, target, profile.products, profile.taste);
      expect(parts.reduce((a, b) => a + b, 0)).toBeCloseTo(scores[target]!, 9);
      const own = profile.products.indexOf(target);
      if (own >= 0) expect(parts[own]).toBe(0);
    }
  });

  test('of one seed are the same, and of a shop of nothing are no fault', () => {
    expect(fitFactors(interactions, asOfDay, options)).toEqual(space);
    const nothing = fitFactors(toInteractions(0, 0, []), asOfDay);
    expect(fitTasteGroups(toInteractions(0, 0, []), asOfDay, nothing, [])).toEqual({
      centres: new Float64Array(0),
      groups: [],
    });
  });
});

describe('taste groups', () => {
  test('are the planted tastes, named by what they lean to', () => {
    const found = Array.from({ length: 200 }, (_, customer) => groupOf(profileOf(customer), space, groups));
    for (let taste = 0; taste < tastes; taste++) {
      const own = found.filter((_, customer) => tasteOf(customer) === taste);
      const [group] = own.toSorted();
      expect(own.filter((one) => one === own[0]).length / own.length).toBeGreaterThanOrEqual(0.95);
      expect(group).toBeGreaterThanOrEqual(0);
      expect(groups.groups[own[0]!]!.leaning).toBe(`Department ${taste}`);
    }
    expect(new Set(found).size).toBe(tastes);
    expect(groups.groups.reduce((sum, { customers }) => sum + customers, 0)).toBe(200);
  });

  test('buy what is of their taste more often than everybody, and other things less', () => {
    const group = groups.groups[groupOf(profileOf(1), space, groups)]!;
    for (let product = 0; product < plantedProducts; product++) {
      if (tasteOf(product) === 1) expect(group.lean[product]).toBeGreaterThan(0.3);
      else expect(group.lean[product]).toBeLessThan(0);
    }
  });

  test('take nobody in of whom too little is known', () => {
    const glance = toInteractions(1, plantedProducts, [{ customer: 0, product: 1, day: 700, kind: 'view' }]);
    expect(groupOf(toProfile(historyBefore(glance, 0), asOfDay), space, groups)).toBe(-1);
    const order = toInteractions(1, plantedProducts, [{ customer: 0, product: 1, day: 1299 }]);
    expect(groups.groups[groupOf(toProfile(historyBefore(order, 0), asOfDay), space, groups)]!.leaning).toBe(
      'Department 1',
    );
  });
});
