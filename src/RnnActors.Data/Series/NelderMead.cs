namespace RnnActors.Data.Series;

/// <summary>
/// The simplex search of Nelder and Mead (1965) with its usual coefficients: reflect, expand by 2, contract by ½, shrink by ½. It makes no random choice and
/// calls no platform math functions, so it takes the same steps on every machine. NaN counts as infinite.
/// </summary>
internal static class NelderMead
{
    /// <summary>The search ends when worst and best vertex differ by less than this relative difference.</summary>
    private const double Tolerance = 1e-10;

    /// <param name="start">The first vertex; the others are <paramref name="step"/> away from it, each in its own direction.</param>
    /// <param name="evaluations">The approximate maximum number of evaluations of the function.</param>
    public static double[] Minimise(Func<double[], double> function, double[] start, double step, int evaluations)
    {
        int n = start.Length;
        if (n == 0) return start;
        var simplex = new (double Value, double[] Point)[n + 1];
        for (int i = 0; i <= n; i++)
        {
            double[] point = [.. start];
            if (i > 0) point[i - 1] += step;
            simplex[i] = Evaluate(point);
        }

        while (evaluations > 0)
        {
            // A stable sort, so that equal values keep their order.
            simplex = [.. simplex.OrderBy(vertex => vertex.Value)];
            if (simplex[n].Value - simplex[0].Value <= Tolerance * Math.Abs(simplex[0].Value)) break;
            var reflected = Along(1);
            if (reflected.Value < simplex[0].Value)
            {
                var expanded = Along(2);
                simplex[n] = expanded.Value < reflected.Value ? expanded : reflected;
            }
            else if (reflected.Value < simplex[n - 1].Value)
            {
                simplex[n] = reflected;
            }
            else
            {
                bool outside = reflected.Value < simplex[n].Value;
                var contracted = Along(outside ? 0.5 : -0.5);
                if (contracted.Value < Math.Min(reflected.Value, simplex[n].Value)) simplex[n] = contracted;
                else Shrink();
            }
        }

        return simplex.MinBy(vertex => vertex.Value).Point;

        // The worst vertex, moved through the centroid of the others to this multiple of its distance beyond it.
        (double Value, double[] Point) Along(double factor)
        {
            double[] point = new double[n];
            for (int j = 0; j < n; j++)
            {
                double centre = 0;
                for (int i = 0; i < n; i++) centre += simplex[i].Point[j];
                centre /= n;
                point[j] = centre + (factor * (centre - simplex[n].Point[j]));
            }

            return Evaluate(point);
        }

        void Shrink()
        {
            for (int i = 1; i <= n; i++)
            {
                double[] point = new double[n];
                for (int j = 0; j < n; j++) point[j] = (simplex[0].Point[j] + simplex[i].Point[j]) / 2;
                simplex[i] = Evaluate(point);
            }
        }

        (double Value, double[] Point) Evaluate(double[] point)
        {
            evaluations--;
            double value = function(point);
            return (double.IsNaN(value) ? double.PositiveInfinity : value, point);
        }
    }
}
