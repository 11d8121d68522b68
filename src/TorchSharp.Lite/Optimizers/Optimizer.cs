using TorchSharp.Modules;
using static TorchSharp.torch.optim;

namespace TorchSharp
{
    public static partial class torch
    {
        /// <summary>Optimizers.</summary>
        public static partial class optim
        {
            /// <summary>What a learning-rate schedule acts on.</summary>
            public interface ILearningRateController
            {
                /// <summary>The learning rate of the next step.</summary>
                double LearningRate { get; set; }

                /// <summary>The learning rate that the group started with.</summary>
                double InitialLearningRate { get; set; }
            }

            /// <summary>Changes parameters by their gradients.</summary>
            public abstract class Optimizer : IDisposable
            {
                private readonly List<ParamGroup> groups = [];

                private protected Optimizer() { }

                /// <summary>The groups of parameters, with the learning rate of each.</summary>
                public virtual IEnumerable<ILearningRateController> ParamGroups => groups;

                /// <summary>The parameters of all groups.</summary>
                public virtual IEnumerable<Parameter> parameters() => groups.SelectMany(group => group.Parameters);

                /// <summary>Adds parameters with a learning rate of their own.</summary>
                public virtual void add_param_group(ParamGroup param_group) => groups.Add(param_group);

                /// <summary>Sets the gradients to zero, in place.</summary>
                public virtual void zero_grad()
                {
                    using var guard = no_grad();
                    foreach (var parameter in parameters())
                    {
                        using var gradient = parameter.grad;
                        gradient?.zero_();
                    }
                }

                /// <summary>Changes every parameter that has a gradient.</summary>
                /// <param name="closure">Computes the loss and its gradients first; null where that is done.</param>
                /// <returns>The closure's loss; null without one.</returns>
                public virtual Tensor? step(Func<Tensor>? closure = null)
                {
                    Tensor? loss = null;
                    if (closure is not null) using (enable_grad()) loss = closure();
                    using (no_grad())
                    using (NewDisposeScope())
                    {
                        foreach (var group in groups)
                        {
                            foreach (var parameter in group.Parameters)
                                if (parameter.grad is { } gradient) Update(group, parameter, gradient);
                        }
                    }
                    return loss;
                }

                /// <summary>Changes one parameter. What it makes is disposed after the step unless detached.</summary>
                private protected abstract void Update(ParamGroup group, Parameter parameter, Tensor gradient);

                /// <summary>Disposes the state.</summary>
                public void Dispose()
                {
                    Dispose(true);
                    GC.SuppressFinalize(this);
                }

                /// <summary>Disposes the state.</summary>
                protected virtual void Dispose(bool disposing) { }
            }
        }
    }

    namespace Modules
    {
        /// <summary>Parameters that share a learning rate.</summary>
        public class ParamGroup : ILearningRateController
        {
            /// <summary>The parameters.</summary>
            public IEnumerable<Parameter> Parameters { get; set; } = [];

            /// <inheritdoc/>
            public double LearningRate { get; set; }

            /// <inheritdoc/>
            public double InitialLearningRate { get; set; }

            internal static ParamGroup Of(IEnumerable<Parameter> parameters, double lr) => new() { Parameters = parameters.ToList(), LearningRate = lr, InitialLearningRate = lr };
        }

        /// <summary>An optimizer that keeps named tensors for each parameter.</summary>
        public abstract class OptimizerHelper : Optimizer
        {
            private readonly Dictionary<Parameter, State> states = new(ReferenceEqualityComparer.Instance);

            private protected State StateOf(Parameter parameter)
            {
                if (!states.TryGetValue(parameter, out var state)) states.Add(parameter, state = new State());
                return state;
            }

            private protected OptimizerHelper() { }

            /// <inheritdoc/>
            protected override void Dispose(bool disposing)
            {
                if (!disposing) return;
                foreach (var state in states.Values) state.First?.Dispose();
                foreach (var state in states.Values) state.Second?.Dispose();
                foreach (var state in states.Values) state.Largest?.Dispose();
                states.Clear();
            }

            internal sealed class State
            {
                internal long Step;
                internal torch.Tensor? First, Second, Largest; // momentum or first moment, second moment, its maximum

                internal static torch.Tensor Zeros(torch.Tensor like) => torch.zeros_like(like).DetachFromDisposeScope();
            }
        }
    }
}
