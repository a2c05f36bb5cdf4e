using RnnActors.Core.Fitting;
using RnnActors.Core.Layers;
using RnnActors.Core.Objectives;
using RnnActors.Core.Optimizers;
using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;
using Xunit;

namespace RnnActors.Cli.Tests.Commands;

/// <summary>A library's user gives data of another shape than those that a model was fitted to.</summary>
internal static class OtherFeatures
{
    /// <param name="file">Where a model may be saved.</param>
    public static void AreRefusedEverywhere(string file)
    {
        Refused("1 value", () => Fitted(5, 2).Predict(Inputs(5, 3, 1)));
        Refused("1 value", () => Fitted(5, 4).Predict(Inputs(5, 3, 1)));
        Fitted(5, 2).Save(file);
        Sequential loaded = Sequential.Load(file);
        Refused("1 value", () => loaded.Predict(Inputs(5, 6, 1)));
        Refused("5 values", () => loaded.Predict(Inputs(5, 6, 5)));
        Refused("1 value", () => Fitted(50, 2).Fit(Inputs(50, 3, 1), Targets(50, 1)));
        Refused("1 value", () => Fitted(50, 2).Evaluate(ArrayDataset.Create(Inputs(5, 3, 1), Targets(5, 1))));
        Refused("3", () => Fitted(50, 2).Evaluate(ArrayDataset.Create(Inputs(5, 3, 2), Targets(5, 3))));
        Refused("1 value", () => Model().Fit(Inputs(50, 3, 2), Targets(50, 1), validation: ArrayDataset.Create(Inputs(5, 3, 1), Targets(5, 1))));
        Refused("step", () => Model().Fit(Inputs(50, 0, 2), Targets(50, 1)));
        Fitted(50, 2).Fit(Inputs(50, 9, 2), Targets(50, 1)); // an LSTM reads any number of steps
    }

    private static void Refused(string says, Action use) => Assert.Contains(says, Assert.Throws<InvalidInputException>(use).Message, StringComparison.Ordinal);

    private static Sequential Model()
    {
        var model = new Sequential(new Lstm(8), new Dense(1));
        model.Compile(new Adam(0.01), new MeanSquaredError());
        return model;
    }

    private static Sequential Fitted(int rows, int features)
    {
        Sequential model = Model();
        model.Fit(Inputs(rows, 3, features), Targets(rows, 1));
        return model;
    }

    private static float[,,] Inputs(int rows, int steps, int features)
    {
        var values = new float[rows, steps, features];
        for (int row = 0; row < rows; row++)
            for (int step = 0; step < steps; step++)
                for (int feature = 0; feature < features; feature++) values[row, step, feature] = MathF.Sin((row * 0.3f) + step + feature);
        return values;
    }

    private static float[,] Targets(int rows, int outputs)
    {
        var values = new float[rows, outputs];
        for (int row = 0; row < rows; row++)
            for (int output = 0; output < outputs; output++) values[row, output] = MathF.Cos((row * 0.3f) + output);
        return values;
    }
}
