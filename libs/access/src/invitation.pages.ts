import { page, Public, readForm, redirect } from '@carers/pages';
import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { invitationForm } from './access.forms.js';
import { LinkNotUsable } from './access.problems.js';
import { Invitations } from './invitations.js';

/** Accepting an invitation: say your name, then sign in. */
@Public()
@ApiExcludeController()
@Controller('invitation/:token')
export class InvitationPages {
  constructor(private readonly invitations: Invitations) {}

  @Get()
  async show(@Param('token') token: string) {
    return this.guarded(async () => page('access/invitation', { invitation: await this.invitations.open(token) }));
  }

  @Post()
  async accept(@Param('token') token: string, @Body() body: unknown) {
    return this.guarded(async () => {
      const invitation = await this.invitations.open(token);
      const { value, errors, form } = await readForm(invitationForm, body);
      if (errors) return page('access/invitation', { invitation, form, errors });
      await this.invitations.accept(token, value.name);
      return redirect('/sign-in?next=/staff', 303, { notice: { key: 'access:invitation.accepted' } });
    });
  }

  private async guarded<T>(work: () => Promise<T>) {
    try {
      return await work();
    } catch (problem) {
      if (problem instanceof LinkNotUsable) return page('access/invitation-not-usable', {}, { status: 404 });
      throw problem;
    }
  }
}
