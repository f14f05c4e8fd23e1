import { Allow, Answers, Fails } from '#libs/api';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { FindTokenOwner, tokenLookupBody, tokenOwner, type TokenLookupBody } from './find-token-owner.ts';

@ApiTags('Tokens')
@Allow('server')
@Controller('v1/apps/:app/tokens')
export class TokensController {
  constructor(private readonly findTokenOwner: FindTokenOwner) {}

  @Post('lookup')
  @ApiOperation({
    summary: 'Find the installation and the user that hold a push token',
    description: 'The token stands in the body: never in a URL.',
  })
  @Answers(tokenOwner, {
    description: 'Its one current owner',
    example: { installation: 'phone-1', userId: '01a20297-4dc0-7d0a-9b55-0a5d7f1c2e11', externalId: 'charlie' },
  })
  @Fails('token_not_found')
  async lookup(@Param('app') app: string, @Body({ schema: tokenLookupBody }) body: TokenLookupBody) {
    const { id, userId, externalId } = await this.findTokenOwner.execute(app, body);
    return { installation: id, userId, externalId };
  }
}
