public record Money(decimal Amount, string Currency);
