using System.Globalization;
using System.Text;
using SkillTorch.Numerics;
using static TorchSharp.torch;

namespace SkillTorch.Optimizers;

/// <summary>
/// An update rule as a kernel of a device: applied to numbers that write themselves down, the rule's one piece of source becomes the
/// body of a program in CUDA C++, which passes over the memory once.
/// </summary>
internal static class UpdateKernel
{
    /// <summary>Name of the kernel.</summary>
    public const string Name = "update";

    /// <summary>Coefficients that are handed over by value at most: a kernel's arguments are of 4096 bytes.</summary>
    public const int MaxCoefficients = 480;

    /// <summary>Threads of a block.</summary>
    public const int Threads = 256;

    /// <summary>Writes the kernel: of parameters [R, n], gradients [R, n], each state [R, n], n, and the coefficients [R, C]. Its grid is
    /// n, R.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="format">Number format of parameters, gradients and states.</param>
    public static string Write<TRule>(TRule rule, ScalarType format)
        where TRule : struct, IUpdateRule
    {
        var states = Enumerable.Range(0, rule.State.Count).ToArray();
        var coefficients = Enumerable.Range(0, rule.Coefficients).Select(c => new SourceNumbers($"c{c}")).ToArray();
        var (theta, memory) = (new SourceNumbers("theta"), default(RuleState<SourceNumbers>));
        (memory.First, memory.Second, memory.Third, memory.Fourth) = (new("s0"), new("s1"), new("s2"), new("s3"));
        var body = SourceNumbers.WriteDown(() => rule.Update(ref theta, new SourceNumbers("gradient"), ref memory, coefficients));
        SourceNumbers[] after = [memory.First, memory.Second, memory.Third, memory.Fourth];
        return new StringBuilder()
            .Append("typedef long long integer;\ntypedef ")
            .Append(KernelSource.NameOf(format))
            .Append(" REAL;\n")
            .Append(CultureInfo.InvariantCulture, $"struct Coefficients {{ double at[{MaxCoefficients}]; }};\n")
            .Append("__device__ inline REAL signOf(REAL x) { return (x > 0) - (x < 0); }\n")
            .Append($"extern \"C\" __global__ void {Name}(REAL* parameters, const REAL* gradients, ")
            .AppendJoin("", states.Select(s => $"REAL* state{s}, "))
            .Append("integer n, Coefficients coefficients)\n{\n")
            .Append("const integer i = blockIdx.x * (integer)blockDim.x + threadIdx.x, at = blockIdx.y * n + i;\nif (i >= n) return;\n")
            .AppendJoin(
                "",
                coefficients.Select((c, i) => $"const REAL {c} = (REAL)coefficients.at[blockIdx.y * {rule.Coefficients} + {i}];\n")
            )
            .Append("const REAL theta = parameters[at], gradient = gradients[at];\n")
            .AppendJoin("", states.Select(s => $"const REAL s{s} = state{s}[at];\n"))
            .Append(body)
            .Append(CultureInfo.InvariantCulture, $"parameters[at] = {theta};\n")
            .AppendJoin("", states.Select(s => $"state{s}[at] = {after[s]};\n"))
            .Append("}\n")
            .ToString();
    }

    /// <summary>A number that writes down how it was computed.</summary>
    private readonly struct SourceNumbers(string name) : INumbers<SourceNumbers>
    {
        [ThreadStatic]
        private static List<string>? lines;

        public static SourceNumbers operator +(SourceNumbers a, SourceNumbers b) => Compute($"{a} + {b}");

        public static SourceNumbers operator -(SourceNumbers a, SourceNumbers b) => Compute($"{a} - {b}");

        public static SourceNumbers operator *(SourceNumbers a, SourceNumbers b) => Compute($"{a} * {b}");

        public static SourceNumbers operator /(SourceNumbers a, SourceNumbers b) => Compute($"{a} / {b}");

        public static SourceNumbers Sqrt(SourceNumbers a) => Compute($"sqrt({a})");

        public static SourceNumbers Abs(SourceNumbers a) => Compute($"fabs({a})");

        public static SourceNumbers Sign(SourceNumbers a) => Compute($"signOf({a})");

        public static SourceNumbers Max(SourceNumbers a, SourceNumbers b) => Compute($"fmax({a}, {b})");

        public static SourceNumbers Min(SourceNumbers a, SourceNumbers b) => Compute($"fmin({a}, {b})");

        /// <summary>What an action computes, line by line.</summary>
        public static string WriteDown(Action compute)
        {
            lines = [];
            compute();
            return string.Concat(lines);
        }

        public override string ToString() => name;

        private static SourceNumbers Compute(string expression)
        {
            var result = new SourceNumbers($"t{lines!.Count}");
            lines.Add($"const REAL {result} = {expression};\n");
            return result;
        }
    }
}
