package hbprobe.engine;

import hbprobe.engine.Trial.State;
import hbprobe.model.Direction;
import hbprobe.model.Ending;
import hbprobe.model.IdleTest;
import hbprobe.model.Ladder;

/** Trials as a search leaves them, for tests of what is made of them. */
final class Trials {
    private static int number;

    private Trials() {}

    static Trial planned(Direction direction, double idleS) {
        return new Trial(++number, new Ladder(IdleTest.TCP_1, direction), World.ns(idleS));
    }

    static Trial silent(Direction direction, double idleS) {
        Trial trial = planned(direction, idleS);
        trial.become(State.OPENING);
        trial.become(State.SILENT);
        return trial;
    }

    static Trial alive(Direction direction, double idleS) {
        Trial trial = silent(direction, idleS);
        trial.become(State.ALIVE);
        return trial;
    }

    static Trial refreshed(Direction direction, double idleS) {
        Trial trial = silent(direction, idleS);
        trial.become(State.REFRESHED);
        return trial;
    }

    static Trial dead(Direction direction, double idleS, Ending ending) {
        Trial trial = silent(direction, idleS);
        trial.become(State.OVERDUE);
        trial.become(State.DEAD);
        trial.ending = ending;
        return trial;
    }

    static Trial dead(Direction direction, double idleS) {
        return dead(direction, idleS, Ending.SILENT);
    }
}
