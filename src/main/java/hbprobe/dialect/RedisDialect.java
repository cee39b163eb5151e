package hbprobe.dialect;

import hbprobe.model.Abilities;
import hbprobe.model.FarReport;
import hbprobe.model.ServerLimit;
import hbprobe.net.KernelView;
import hbprobe.runtime.Host;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.redis.ArrayRedisMessage;
import io.netty.handler.codec.redis.ErrorRedisMessage;
import io.netty.handler.codec.redis.FullBulkStringRedisMessage;
import io.netty.handler.codec.redis.IntegerRedisMessage;
import io.netty.handler.codec.redis.RedisArrayAggregator;
import io.netty.handler.codec.redis.RedisBulkStringAggregator;
import io.netty.handler.codec.redis.RedisDecoder;
import io.netty.handler.codec.redis.RedisEncoder;
import io.netty.handler.codec.redis.RedisMessage;
import io.netty.handler.codec.redis.SimpleStringRedisMessage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Redis and what speaks its protocol (RESP2). PING is the ping; BLPOP on a key that nobody knows makes the server speak
 * after its timeout, and a client blocked in it is never idle to the server.
 */
public final class RedisDialect implements Dialect {
    /** Servers take 10 000 clients, but small hosted ones not even a hundred. */
    private static final int FLOWS = 64;

    /** Of any answer to what is asked here. */
    private static final int MOST_ELEMENTS = 16;

    private static final int DEEPEST = 2;

    private final Access access;

    /** @param access who logs in, and where */
    public RedisDialect(Access access) {
        this.access = access;
    }

    @Override
    public String name() {
        return access.target().scheme().word();
    }

    @Override
    public Abilities abilities(boolean seesSegments) {
        return Abilities.ofServer(Abilities.TCP_BOTH_WAYS, FLOWS, List.of()).withCutOff(Abilities.CutOff.DISMISSED);
    }

    @Override
    public Conversation converse(Priming priming, KernelView kernel, FlowListener listener) {
        return new Talk(access, priming, kernel, listener);
    }

    /** One flow. */
    private static final class Talk extends ServerTalk<RedisMessage> {
        private final Access access;

        Talk(Access access, Priming priming, KernelView kernel, FlowListener listener) {
            super(RedisMessage.class, "redis", priming, kernel, listener);
            this.access = access;
        }

        @Override
        void codec(ChannelPipeline pipeline) {
            pipeline.addLast(
                    new RedisDecoder(),
                    new RedisBulkStringAggregator(),
                    new RedisArrayAggregator(MOST_ELEMENTS, DEEPEST),
                    new RedisEncoder());
        }

        @Override
        void logIn() {
            Optional<String> password = access.login().password();
            if (password.isPresent()) {
                Stream<String> words = Stream.of(
                                Optional.of("AUTH"), access.login().user(), password)
                        .flatMap(Optional::stream);
                ask(command(words.toArray(String[]::new)), this::onAuthenticated);
            }
            String database = access.target().path();
            if (!database.isEmpty()) {
                ask(command("SELECT", database), reply -> refusedIfError(reply, "SELECT " + database));
            }
            ask(command("CLIENT", "ID"), this::onNamed);
            if (!isIdle()) {
                ask(command("CONFIG", "GET", "timeout"), this::onTimeout);
            }
            // Whether it lets us in shows by the answer to what comes last.
            ask(command("PING"), this::onFirstPong);
        }

        private void onAuthenticated(RedisMessage reply) {
            if (reply instanceof ErrorRedisMessage error) {
                refuse("login", "redis refuses the login: " + Sayings.printable(error.content()));
            } else if (!(reply instanceof SimpleStringRedisMessage)) {
                notSpoken(text(reply));
            }
        }

        private void refusedIfError(RedisMessage reply, String what) {
            if (reply instanceof ErrorRedisMessage error) {
                refuse("refused", "redis refuses " + what + ": " + Sayings.printable(error.content()));
            }
        }

        private void onNamed(RedisMessage reply) {
            if (reply instanceof IntegerRedisMessage number) {
                named(number.value());
            }
        }

        private void onTimeout(RedisMessage reply) {
            if (reply instanceof ArrayRedisMessage array && array.children().size() == 2) {
                long seconds = number(text(array.children().get(1)));
                if (seconds > 0) {
                    limited(new ServerLimit("redis timeout", Duration.ofSeconds(seconds), "CONFIG GET timeout"));
                }
            }
        }

        private static long number(String digits) {
            return digits.matches("\\d{1,9}") ? Long.parseLong(digits) : 0;
        }

        private void onFirstPong(RedisMessage reply) {
            if (reply instanceof SimpleStringRedisMessage) {
                ready();
            } else if (reply instanceof ErrorRedisMessage error) {
                String words = Sayings.printable(error.content());
                refuse(
                        "login",
                        words.toUpperCase(Locale.ROOT).startsWith("NOAUTH")
                                ? "redis demands a password; give it in the target (redis://:PASSWORD@host), with"
                                        + " --password-file or HBPROBE_PASSWORD"
                                : "redis refuses PING: " + words);
            } else {
                notSpoken(text(reply));
            }
        }

        @Override
        void ping() {
            ask(command("PING"), reply -> answered());
        }

        /** It looks for timeouts that have passed ten times a second. */
        @Override
        Duration lateness() {
            return Duration.ofMillis(150);
        }

        @Override
        void orderPush(Duration after) {
            String key = "hbprobe:" + Long.toHexString(Host.unguessable());
            String seconds = String.format(Locale.ROOT, "%.3f", after.toNanos() / 1e9);
            ask(command("BLPOP", key, seconds), this::onPopped);
        }

        private void onPopped(RedisMessage reply) {
            if (reply instanceof ErrorRedisMessage error) {
                refuse("order", "redis refuses BLPOP: " + Sayings.printable(error.content()));
            } else {
                pushed();
            }
        }

        @Override
        public void ask(long otherFarName) {
            ask(command("CLIENT", "LIST", "ID", Long.toString(otherFarName)), reply -> {
                String line = text(reply);
                boolean blocked = line.contains(" cmd=blpop ") && line.matches("(?s).*\\bflags=\\w*b.*");
                report(
                        otherFarName,
                        reply instanceof ErrorRedisMessage
                                ? Optional.empty()
                                : Optional.of(blocked ? FarReport.silentSoFar() : FarReport.spoke()));
            });
            context().flush();
        }

        @Override
        public void dismiss(Collection<Long> farNames) {
            int[] left = {farNames.size()};
            farNames.forEach(name -> ask(command("CLIENT", "KILL", "ID", Long.toString(name)), reply -> {
                if (--left[0] == 0) {
                    dismissed();
                }
            }));
            context().flush();
        }

        private static ArrayRedisMessage command(String... words) {
            List<RedisMessage> parts = Stream.of(words)
                    .<RedisMessage>map(word -> new FullBulkStringRedisMessage(bytes(word)))
                    .toList();
            return new ArrayRedisMessage(parts);
        }

        private static ByteBuf bytes(String word) {
            return Unpooled.copiedBuffer(word, StandardCharsets.UTF_8);
        }

        private static String text(RedisMessage message) {
            if (message instanceof FullBulkStringRedisMessage bulk) {
                return bulk.content().toString(StandardCharsets.UTF_8);
            }
            if (message instanceof ArrayRedisMessage array) {
                return "*" + array.children().size(); // as RESP writes the beginning of an array
            }
            return message instanceof SimpleStringRedisMessage simple ? simple.content() : message.toString();
        }
    }
}
