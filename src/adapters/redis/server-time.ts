/** Lua that begins a script: `now`, by the clock of the server, milliseconds since 1970. */
export const SERVER_TIME = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)`;
