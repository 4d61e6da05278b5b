// The page begins: with a run to step through, or with an exploration to play with.

import { embedded } from "./dom.js";
import { Game } from "./game.js";
import { Run } from "./model.js";
import { Player } from "./player.js";

const found = embedded("run");
document.documentElement.classList.add("alive");
if (found.tree) new Game(found);
else new Player(new Run(found), true);
