package hbprobe.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** {@code 2.5%} or {@code 2.5}: a share, 0.025. */
final class PercentConverter implements ITypeConverter<Double> {
    @Override
    public Double convert(String text) {
        String number = text.endsWith("%") ? text.substring(0, text.length() - 1) : text;
        if (!number.matches("\\d{1,6}(\\.\\d{1,9})?")) {
            throw new TypeConversionException("'" + text + "' is not a percentage like 2.5%");
        }
        return Double.parseDouble(number) / 100;
    }
}
