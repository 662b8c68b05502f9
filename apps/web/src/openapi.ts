import { page, Public } from '@carers/pages';
import type { Settings } from '@carers/settings';
import { Controller, Get, Header } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ApiExcludeController, DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { readableApi } from './api-docs.js';

/** How long anybody may keep the pages about the API, in seconds. */
const keptFor = 300;

let describe: () => OpenAPIObject | null = () => null;

/** Makes the OpenAPI 3.1 description of everything under /api/v1, once, when somebody first asks: no start waits for it. */
export function describeApi(app: NestFastifyApplication, settings: Settings): void {
  let made: OpenAPIObject | null = null;
  describe = () => (made ??= descriptionOf(app, settings));
}

function descriptionOf(app: NestFastifyApplication, settings: Settings): OpenAPIObject {
  const head = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Carers Card API')
    .setDescription('Offers, applications and card validation. Errors are RFC 9457 problem details.')
    .setVersion('1')
    .addServer(settings.publicUrl)
    // Not `addBearerAuth`, which adds that the key is a JWT.
    .addSecurity('till-key', { type: 'http', scheme: 'bearer', description: 'A till key, made by the business owner.' })
    .addSecurity('service-key', {
      type: 'http',
      scheme: 'bearer',
      description: 'A key of a carers service, made by its officers.',
    })
    .build();
  const document = SwaggerModule.createDocument(app, head);
  document.paths = Object.fromEntries(Object.entries(document.paths).filter(([path]) => path.startsWith('/api/v1/')));
  return document;
}

/** The description, for machines. */
@Public()
@ApiExcludeController()
@Controller('api')
export class OpenApiController {
  @Get('openapi.json')
  @Header('Cache-Control', 'public, max-age=300')
  @Header('Access-Control-Allow-Origin', '*')
  json(): OpenAPIObject | null {
    return describe();
  }

  /** The same for people. */
  @Get('docs')
  docs() {
    const description = describe();
    return page('pages/api-docs', { groups: description ? readableApi(description) : [] }, { publicFor: keptFor });
  }
}
