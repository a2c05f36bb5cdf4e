using BenchmarkDotNet.Running;

// dotnet run -c Release --project tests/RnnActors.Benchmarks -- --filter '*' --job short
return BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args)
    .Any(summary => summary.HasCriticalValidationErrors || summary.Reports.Any(report => !report.Success)) ? 1 : 0;
