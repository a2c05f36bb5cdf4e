using RnnActors.Data.Tables;

namespace RnnActors.Data.Series;

/// <summary>
/// A chaotic series to learn without a file: dx/dt = 0.2 x(t - τ) / (1 + x(t - τ)¹⁰) - 0.1 x (Mackey and Glass 1977). The constants are the usual ones in
/// forecasting: τ = 17, x(0) = 1.2 and x = 0 before. It is integrated by the fourth-order Runge-Kutta method in steps of 0.1; the delayed value between two
/// steps is their mean. It uses only + - * /: the same bits on every machine.
/// </summary>
public static class MackeyGlass
{
    public const string ColumnName = "x";

    public const string TableName = "the built-in Mackey-Glass series";

    public const int DefaultRows = 3000;

    private const double Step = 0.1;
    private const int StepsPerRow = 10;
    private const int Delay = 170; // τ = 17 in steps
    private const int RowsLeftOut = 300; // until the initial state is forgotten

    public static Table Table(int rows = DefaultRows) => new(TableName, [new Column(ColumnName, Generate(rows))]);

    /// <summary>The series at t = 300, 301, 302 …</summary>
    public static double[] Generate(int rows)
    {
        double[] x = new double[((RowsLeftOut + rows) * StepsPerRow) + 1];
        x[0] = 1.2;
        for (int i = 0; i + 1 < x.Length; i++)
        {
            double start = i < Delay ? 0 : x[i - Delay];
            double end = i + 1 < Delay ? 0 : x[i + 1 - Delay];
            double middle = (start + end) / 2;
            double k1 = Slope(x[i], start);
            double k2 = Slope(x[i] + (Step / 2 * k1), middle);
            double k3 = Slope(x[i] + (Step / 2 * k2), middle);
            double k4 = Slope(x[i] + (Step * k3), end);
            x[i + 1] = x[i] + (Step / 6 * (k1 + (2 * k2) + (2 * k3) + k4));
        }

        return [.. Enumerable.Range(RowsLeftOut, rows).Select(row => x[row * StepsPerRow])];
    }

    private static double Slope(double x, double delayed)
    {
        double squared = delayed * delayed;
        double fourth = squared * squared;
        return (0.2 * delayed / (1 + (fourth * fourth * squared))) - (0.1 * x);
    }
}
