// Starts the npm package telegram-test-api on a free port and prints {"url": …} once it listens.
//
// The package speaks an older Bot API than python-telegram-bot 22 reads, and forgets what a real
// server keeps. Our app stands in front of the package's own and answers first where they differ:
//   getMe             the package leaves out is_bot
//   sendMessage       its date is in milliseconds, from and chat are incomplete
//   set/deleteWebhook its result is null
//   getUpdates        it forgets an update once read; ours keeps it until the offset passes it
//   webhook           it sends no secret header and falls over when the bot does not answer 2xx;
//                     ours repeats the update, in order, until the bot has taken it
// Whoever plays the user calls the package's own /sendMessage, /sendCommand, /sendCallback and
// /getUpdates. For tests: POST /faults {method, status, body}, GET /calls, GET /deliveries.
'use strict';

const express = require('express');
const TelegramServer = require('telegram-test-api');

const BOT = {id: 900000001, is_bot: true, first_name: 'Bot', username: 'bot'};
const RETRY_MS = 20;

class Emulator extends TelegramServer {
  constructor() {
    super({storeTimeout: 3600});
    this.calls = [];
    this.deliveries = [];
    this.faults = [];
    this.waiting = [];
    this.isDelivering = false;
  }

  addBotMessage(parameters, token) {
    const chatId = Number(parameters.chat_id);
    const message = super.addBotMessage({...parameters}, token);
    return {
      message_id: message.message_id,
      date: Math.floor(message.date / 1000),
      text: message.text,
      from: BOT,
      chat: {id: chatId, type: chatId < 0 ? 'supergroup' : 'private'},
    };
  }

  async addUserUpdate(update) {
    this.updateId += 1;
    this.storage.userMessages.push(update);
    this.waiting.splice(0).forEach((wake) => wake());
    this.deliver(update.botToken);
  }

  wire(update) {
    const {callback_query: query, message, ...rest} = TelegramServer.formatUpdate(update);
    if (query) return {...rest, callback_query: {...query, chat_instance: '1'}};
    const {botToken, ...words} = message;
    return {...rest, message: words};
  }

  pending(token) {
    return this.storage.userMessages.filter((update) => update.botToken === token);
  }

  acknowledge(token, offset) {
    this.storage.userMessages = this.storage.userMessages.filter(
      (update) => update.botToken !== token || update.updateId >= offset);
  }

  async deliver(token) {
    if (this.isDelivering) return;
    this.isDelivering = true;
    while (this.webhooks[token] && this.pending(token).length) {
      const [update] = this.pending(token);
      const status = await this.post(this.webhooks[token], this.wire(update));
      this.deliveries.push({update_id: update.updateId, status});
      if (status >= 200 && status < 300) this.acknowledge(token, update.updateId + 1);
      else await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
    this.isDelivering = false;
  }

  async post(webhook, body) {
    const headers = {'Content-Type': 'application/json'};
    if (webhook.secret_token) headers['X-Telegram-Bot-Api-Secret-Token'] = webhook.secret_token;
    try {
      const answer = await fetch(webhook.url, {method: 'POST', headers, body: JSON.stringify(body)});
      const call = await answer.json().catch(() => null); // a bot may answer with one call
      if (call && call.method) this.calls.push(call);
      return answer.status;
    } catch {
      return 0;
    }
  }

  async news(milliseconds) {
    await new Promise((resolve) => {
      this.waiting.push(resolve);
      setTimeout(resolve, milliseconds);
    });
  }
}

function front(emulator) {
  const app = express();
  const ok = (response, result) => response.json({ok: true, result});
  app.use(express.json(), express.urlencoded({extended: true}));
  app.get('/calls', (_request, response) => response.json(emulator.calls));
  app.get('/deliveries', (_request, response) => response.json(emulator.deliveries));
  app.post('/faults', (request, response) => {
    emulator.faults.push(request.body);
    ok(response, true);
  });
  app.post('/bot:token/:method', (request, response, next) => {
    const {method} = request.params;
    emulator.calls.push({method, ...request.body});
    const index = emulator.faults.findIndex((fault) => fault.method === method);
    if (index < 0) return next();
    const [fault] = emulator.faults.splice(index, 1);
    return response.status(fault.status).json(fault.body);
  });
  app.post('/bot:token/getMe', (_request, response) => ok(response, BOT));
  app.post('/bot:token/setWebhook', (request, response) => {
    emulator.setWebhook(request.body, request.params.token);
    ok(response, true);
    emulator.deliver(request.params.token);
  });
  app.post('/bot:token/deleteWebhook', (request, response) => {
    emulator.deleteWebhook(request.params.token);
    ok(response, true);
  });
  app.post('/bot:token/answerCallbackQuery', (_request, response) => ok(response, true));
  app.post('/bot:token/getUpdates', async (request, response) => {
    const {token} = request.params;
    emulator.acknowledge(token, Number(request.body.offset || 0));
    if (!emulator.pending(token).length) await emulator.news(1000 * (request.body.timeout || 0));
    ok(response, emulator.pending(token).map((update) => emulator.wire(update)));
  });
  app.use(emulator.webServer);
  return app;
}

const server = front(new Emulator()).listen(0, '127.0.0.1', () => {
  process.stdout.write(`${JSON.stringify({url: `http://127.0.0.1:${server.address().port}`})}\n`);
});
