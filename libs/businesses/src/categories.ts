import { Database } from '@carers/database';
import { Injectable } from '@nestjs/common';
import { Category } from './category.entity.js';

/** The categories of businesses, in their order in lists. Migrations alone change them, so they are read once. */
@Injectable()
export class Categories {
  private read: Promise<readonly Category[]> | null = null;

  constructor(private readonly database: Database) {}

  async all(): Promise<readonly Category[]> {
    this.read ??= this.database.reader.find(Category, { order: { position: 'ASC' } });
    try {
      return await this.read;
    } catch (error) {
      this.read = null;
      throw error;
    }
  }

  /** The category with this slug, or null. */
  async bySlug(slug: string): Promise<Category | null> {
    return (await this.all()).find((category) => category.slug === slug) ?? null;
  }

  /** The category with this id, or null. */
  async byId(id: string): Promise<Category | null> {
    return (await this.all()).find((category) => category.id === id) ?? null;
  }
}
